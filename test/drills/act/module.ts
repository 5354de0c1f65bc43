import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** Has the effect outside, and counts in its own file how many this person has had. */
export async function act(input: { id: string }, nexus: Nexus): Promise<ModuleOutput> {
  const answer = await nexus.fetch(`https://effects.example.com/effects/${input.id.toLowerCase()}`, { method: "POST" });
  if (!answer.ok || answer.status !== 200) {
    return { error: { code: "upstream_unavailable", say: "The outside world did not answer." } };
  }
  const count = Number((await nexus.files.read("count")) ?? "0") + 1;
  await nexus.files.write("count", String(count));
  return { summary: `done ${input.id}, number ${count}` };
}

import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** What the source said, or what to say in its place. */
export type Answer = { readonly value: unknown } | { readonly output: ModuleOutput };

/** Asks Open-Meteo; what goes wrong is an answer for people. */
export async function ask(url: string, nexus: Nexus): Promise<Answer> {
  const answer = await nexus.fetch(url, { headers: { accept: "application/json" } });
  if (!answer.ok || answer.status >= 500) {
    return refused("upstream_unavailable", "Open-Meteo cannot be reached right now. Try again in a few minutes.");
  }
  if (answer.status === 429)
    return refused("rate_limited", "Open-Meteo wants to be asked less often. Try again in a minute.");
  if (answer.status === 404) return refused("not_found", "Open-Meteo has nothing under that name.");
  if (answer.status !== 200) return unreadable();
  try {
    return { value: JSON.parse(answer.body) };
  } catch {
    return unreadable();
  }
}

/** What is said to an answer of another shape. */
export function unreadable(): { readonly output: ModuleOutput } {
  return refused("upstream_invalid", "Open-Meteo sent something I cannot read.");
}

/** An answer that says why there is none. */
export function refused(code: Code, say: string): { readonly output: ModuleOutput } {
  return { output: { error: { code, say } } };
}

type Code = Extract<ModuleOutput, { error: unknown }>["error"]["code"];

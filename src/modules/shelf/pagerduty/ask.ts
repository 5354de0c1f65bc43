import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** What the source said, or what to say in its place. */
export type Answer = { readonly value: unknown } | { readonly output: ModuleOutput };

/** Asks PagerDuty; what goes wrong is an answer for people. The key is added on the way. */
export async function ask(path: string, nexus: Nexus): Promise<Answer> {
  const answer = await nexus.fetch(`https://api.pagerduty.com${path}`, {
    headers: { accept: "application/vnd.pagerduty+json;version=2" },
  });
  if (!answer.ok) {
    return answer.code === "credential_missing"
      ? refused("credential_missing", "PagerDuty needs an API key, which nobody has added yet.")
      : refused("upstream_unavailable", "PagerDuty cannot be reached right now. Try again in a few minutes.");
  }
  if (answer.status >= 500) return refused("upstream_unavailable", "PagerDuty has troubles of its own right now.");
  if (answer.status === 401 || answer.status === 403) {
    return refused("credential_rejected", "PagerDuty refuses its API key.");
  }
  if (answer.status === 404) return refused("not_found", "PagerDuty has nothing under that name.");
  if (answer.status === 429)
    return refused("rate_limited", "PagerDuty wants to be asked less often. Try again in a minute.");
  if (answer.status !== 200) return unreadable();
  try {
    return { value: JSON.parse(answer.body) };
  } catch {
    return unreadable();
  }
}

/** What is said to an answer of another shape. */
export function unreadable(): { readonly output: ModuleOutput } {
  return refused("upstream_invalid", "PagerDuty sent something I cannot read.");
}

/** An answer that says why there is none. */
export function refused(code: Code, say: string): { readonly output: ModuleOutput } {
  return { output: { error: { code, say } } };
}

type Code = Extract<ModuleOutput, { error: unknown }>["error"]["code"];

import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** What the source said, or what to say in its place. */
export type Answer = { readonly value: unknown } | { readonly output: ModuleOutput };

/** Asks Jira; what goes wrong is an answer for people. The token is added on the way. */
export async function ask(path: string, nexus: Nexus): Promise<Answer> {
  const answer = await nexus.fetch(`https://api.atlassian.com/ex/jira/${path}`, {
    headers: { accept: "application/json" },
  });
  if (!answer.ok) {
    return answer.code === "credential_missing"
      ? refused("credential_missing", "Jira needs a token, which nobody has added yet.")
      : refused("upstream_unavailable", "Jira cannot be reached right now. Try again in a few minutes.");
  }
  if (answer.status >= 500) return refused("upstream_unavailable", "Jira has troubles of its own right now.");
  if (answer.status === 401 || answer.status === 403) {
    return refused("credential_rejected", "Jira refuses its token, or the token may not do this.");
  }
  if (answer.status === 404) return refused("not_found", "Jira has nothing under that name.");
  if (answer.status === 429)
    return refused("rate_limited", "Jira wants to be asked less often. Try again in a minute.");
  if (answer.status !== 200) return unreadable();
  try {
    return { value: JSON.parse(answer.body) };
  } catch {
    return unreadable();
  }
}

/** What is said to an answer of another shape. */
export function unreadable(): { readonly output: ModuleOutput } {
  return refused("upstream_invalid", "Jira sent something I cannot read.");
}

/** An answer that says why there is none. */
export function refused(code: Code, say: string): { readonly output: ModuleOutput } {
  return { output: { error: { code, say } } };
}

type Code = Extract<ModuleOutput, { error: unknown }>["error"]["code"];

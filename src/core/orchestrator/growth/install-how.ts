import type { Manifest } from "#core/contract/manifest.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Part } from "#core/contract/reply.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** What an example of it sounds like, and what it needs first. */
export function howToAsk({ capabilities, title }: Manifest, missing: readonly string[]): Part {
  const examples = capabilities.flatMap(({ examples: [first] }) => (first === undefined ? [] : [`“${inert(first)}”`]));
  const needs = missing.length === 0 ? "" : ` It needs ${missing.map(inert).join(" and ")} first.`;
  return { type: "context", markdown: `Ask ${inert(title)}: ${examples.slice(0, MOST_EXAMPLES).join(", ")}.${needs}` };
}

/** What nobody has added yet and it needs, by its titles. */
export async function missingCredentials(
  { vault }: Pick<OrchestratorDeps, "vault">,
  org: OrgId,
  { credentials }: Manifest,
): Promise<string[]> {
  const kept = new Set((await vault.list(org)).map(({ name }) => name));
  return credentials.filter(({ name }) => !kept.has(name)).map(({ title }) => title);
}

const MOST_EXAMPLES = 3;

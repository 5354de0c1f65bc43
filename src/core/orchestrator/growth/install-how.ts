import type { Manifest } from "#core/contract/manifest.ts";
import type { Part } from "#core/contract/reply.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** What an example of it sounds like, and what it needs first. */
export function howToAsk({ capabilities, title }: Manifest, missing: readonly string[]): Part {
  const examples = capabilities.flatMap(({ examples: [first] }) => (first === undefined ? [] : [`“${inert(first)}”`]));
  const needs = missing.length === 0 ? "" : ` It needs ${missing.map(inert).join(" and ")} first.`;
  return { type: "context", markdown: `Ask ${inert(title)}: ${examples.slice(0, MOST_EXAMPLES).join(", ")}.${needs}` };
}

const MOST_EXAMPLES = 3;

import type { Manifest } from "#core/contract/manifest.ts";

export interface Suggestion {
  readonly say: string;
  readonly note?: string;
}

/** The first example of each module's first capability, and one request nobody serves, so that a refusal is seen too. */
export function suggestionsFor(manifests: readonly Manifest[]): Suggestion[] {
  const wanted: readonly [string, string][] = [
    ["finance", "show me my spending this month"],
    ["weather", "what's the weather in Toronto tomorrow?"],
    ["calendar", "what meetings do I have today?"],
    ["gaming", "how is my clan doing?"],
  ];
  const known = new Set<string>(manifests.map(({ name }) => name));
  return [
    ...wanted
      .filter(([module]) => known.has(module))
      .map(([, words]) => ({ say: words, note: "sample data until you connect" })),
    { say: "who is on call this week?", note: "nothing does that yet" },
  ];
}

import type { Specification } from "./read-specification.ts";

/** A specification as people and models read it: what it is for, what it may reach, and what must come of it. */
export function specificationText(need: string, { manifest, tests }: Specification): string {
  const hosts = manifest.hosts.map(
    ({ host, methods, pathPrefixes }) => `- ${host}: ${methods.join(", ")} ${pathPrefixes.join(", ")}`,
  );
  const credentials = manifest.credentials.map(({ title, host }) => `- ${title}, for ${host}`);
  const capabilities = manifest.capabilities.flatMap(({ name, description, effect, slots }) => [
    `- ${name} (${effect}; ${Object.keys(slots).join(", ") || "no values"}): ${description}`,
    ...(tests.get(name) ?? []).map((test) => `  - ${test.name}: ${outcomeOf(test.expect)}`),
  ]);
  return [
    `Need: ${need}`,
    `${manifest.name}: ${manifest.description}`,
    "Reaches:",
    ...(hosts.length === 0 ? ["- nothing"] : hosts),
    ...(credentials.length === 0 ? [] : ["Needs:", ...credentials]),
    "Does:",
    ...capabilities,
  ].join("\n");
}

function outcomeOf({ summary = [], error }: { readonly summary?: readonly string[]; readonly error?: string }): string {
  if (error !== undefined) return `the error ${error}`;
  return `an answer with ${summary.map((text) => JSON.stringify(text)).join(", ")}`;
}

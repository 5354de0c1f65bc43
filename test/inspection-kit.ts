import type { Manifest } from "#core/contract/manifest.ts";
import type { Finding } from "#core/contract/validation.ts";
import { inspectModule } from "#sandbox/inspect/inspect-module.ts";
import { capabilityFields, sampleManifest } from "./sample-manifest.ts";

/** A manifest of a module that reads one source, with whatever a test changes about it. */
export function manifestWith(changes: object = {}): Manifest {
  return sampleManifest({
    name: "sample-rows",
    description: "Rows of a source.",
    hosts: [{ host: "api.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] }],
    capabilities: [capability],
    limits: { timeoutMs: 1_000, memoryMib: 32, fetches: 3, outputChars: 10_000, fileBytes: 0 },
    ...changes,
  });
}

/** The one capability of `manifestWith`. */
export const capability = capabilityFields({
  title: "Look",
  description: "Looks at rows.",
  examples: ["look at a", "look at b", "look at c", "look at d", "look at e"],
});

/** Marks the place in a test's source where the finding shall be. */
export const MARK = "▸";

/** Where the mark stands, as `line:column`. */
export function placeOfMark(source: string): string {
  const before = source.slice(0, source.indexOf(MARK)).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** What inspection says of a module of one file, or of several; marks are taken out before. */
export function inspect(code: string | Record<string, string>, changes: object = {}): readonly Finding[] {
  const files = typeof code === "string" ? { "module.ts": code } : code;
  const sources = new Map(Object.entries(files).map(([path, source]) => [path, source.replaceAll(MARK, "")]));
  return inspectModule({ sources, manifest: manifestWith(changes), allowGlobals: [] }).findings;
}

/** The findings that refuse, as `rule line:column`, without those about hosts that a test's source does not ask. */
export function errorsOf(code: string | Record<string, string>, changes: object = {}): string[] {
  return inspect(code, changes)
    .filter(({ severity }) => severity === "error")
    .map(({ rule, line, column }) => `${rule} ${line ?? 0}:${column ?? 0}`);
}

/** The body of a capability's function as a whole module. */
export function body(statements: string): string {
  return `export async function run(input: any, nexus: any) { ${statements} }`;
}

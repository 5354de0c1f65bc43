import { Manifest, MANIFEST_SCHEMA_ID } from "#core/contract/manifest.ts";

/** The manifest of a module that does one thing, `run`, and reaches nothing, as it would stand in a file. */
export function manifestFields(changes: object = {}) {
  return {
    schema: MANIFEST_SCHEMA_ID,
    name: "sample",
    version: "1.0.0",
    title: "Sample",
    description: "For tests.",
    runtime: "sandbox",
    dataClass: "public",
    hosts: [],
    credentials: [],
    capabilities: [capabilityFields()],
    limits: { timeoutMs: 5_000, memoryMib: 32, fetches: 5, outputChars: 200_000, fileBytes: 0 },
    dependencies: {},
    schedules: [],
    ...changes,
  };
}

/** The one capability of such a manifest. */
export function capabilityFields(changes: object = {}) {
  return {
    name: "run",
    title: "Run",
    description: "Runs.",
    effect: "read",
    slots: {},
    required: [],
    examples: ["run a", "run b", "run c", "run d", "run e"],
    credentials: [],
    sample: false,
    cacheTtlS: 0,
    ...changes,
  };
}

/** The same, read. */
export function sampleManifest(changes: object = {}): Manifest {
  return Manifest.parse(manifestFields(changes));
}

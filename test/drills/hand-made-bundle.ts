import { digestEntries } from "#core/contract/bundle.ts";
import { type Limits, Manifest } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";

/** A bundle as the sandbox takes it, of JavaScript that was written here. */
export function handMadeBundle(code: ReadonlyMap<string, string>, limits: Partial<Limits> = {}): Bundle {
  return { sha256: digestEntries(code), manifest: manifestWith(limits), code, data: new Map() };
}

function manifestWith(limits: Partial<Limits>): Manifest {
  return Manifest.parse({
    schema: "urn:nexus:module-manifest:1",
    name: "drilled",
    version: "1.0.0",
    title: "Drilled",
    description: "Written for a drill.",
    runtime: "sandbox",
    dataClass: "public",
    hosts: [],
    credentials: [],
    capabilities: [
      {
        name: "run",
        title: "Run",
        description: "Runs.",
        effect: "read",
        slots: {},
        required: [],
        examples: ["drill a", "drill b", "drill c", "drill d", "drill e"],
        credentials: [],
        sample: false,
        cacheTtlS: 0,
      },
    ],
    limits: { timeoutMs: 5_000, memoryMib: 32, fetches: 5, outputChars: 100_000, fileBytes: 1_000_000, ...limits },
    dependencies: {},
    schedules: [],
  });
}

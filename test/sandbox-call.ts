import { digestEntries } from "#core/contract/bundle.ts";
import { newId, OrgId } from "#core/contract/ids.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { SandboxCall } from "#core/contract/sandbox.ts";

const limits = { timeoutMs: 5_000, memoryMib: 32, fetches: 3, outputChars: 200_000, fileBytes: 0 };
const manifest = Manifest.parse({
  schema: "urn:nexus:module-manifest:1",
  name: "sample",
  version: "1.0.0",
  title: "Sample",
  description: "For tests.",
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
      examples: ["run a", "run b", "run c", "run d", "run e"],
      credentials: [],
      sample: false,
      cacheTtlS: 0,
    },
  ],
  limits,
  dependencies: {},
  schedules: [],
});

/** One call of a module with that body, as an org of its own would make it. */
export function sandboxCall(body: string, more: Partial<SandboxCall> = {}): SandboxCall {
  const code = new Map([["module.ts", `export async function run(input, nexus) { ${body} }`]]);
  return {
    org: newId(OrgId),
    bundle: { sha256: digestEntries(code), manifest, code, data: new Map() },
    capability: "run",
    input: { city: "Toronto" },
    limits,
    now: new Date(0),
    seed: "seed",
    asker: { locale: "en", timeZone: "UTC" },
    sample: "off",
    origin: "stranger",
    ...more,
  };
}

import { transformSync } from "amaro";
import { digestEntries } from "#core/contract/bundle.ts";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import { type Limits, Manifest, MANIFEST_SCHEMA_ID } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { ModuleHost, SandboxCall } from "#core/contract/sandbox.ts";

/** The limits that strange code gets: short, so that a catalogue of it is through in minutes. */
export const STRANGE_LIMITS: Limits = {
  timeoutMs: 500,
  memoryMib: 64,
  fetches: 20,
  outputChars: 1_000_000,
  fileBytes: 0,
};

/** The honest manifest of a one-file module with one capability, `run`: it asks for what the source openly uses. */
export function strangeManifest(source: string, limits: Partial<Limits> = {}): Manifest {
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter(
    (method) => method === "GET" || new RegExp(`["'\`]${method}["'\`]`).test(source),
  );
  return Manifest.parse({
    schema: MANIFEST_SCHEMA_ID,
    name: "strange",
    version: "1.0.0",
    title: "Strange",
    description: "Somebody else's code.",
    runtime: "sandbox",
    dataClass: "public",
    hosts: /fetch/.test(source) ? [{ host: "api.example.com", methods, pathPrefixes: ["/"] }] : [],
    credentials: [],
    capabilities: [
      {
        name: "run",
        title: "Run",
        description: "Runs.",
        effect: methods.length > 1 ? "write" : "read",
        slots: {},
        required: [],
        examples: ["run it", "run this", "run that", "run now", "run again"],
        credentials: [],
        sample: false,
        cacheTtlS: 0,
      },
    ],
    limits: { ...STRANGE_LIMITS, ...limits },
    dependencies: {},
    schedules: [],
  });
}

/** A bundle nobody has looked at: types taken off if that is possible, and nothing else. */
export function strangeBundle(sources: ReadonlyMap<string, string>, manifest: Manifest): Bundle {
  const code = new Map([...sources].map(([path, source]) => [path, withoutTypes(source)]));
  return { sha256: digestEntries(code), manifest, code, data: new Map() };
}

/** What it takes to call a strange bundle. */
export function strangeCall(bundle: Bundle, input: JsonObject, org: OrgId = newId(OrgId)): SandboxCall {
  return {
    org,
    bundle,
    capability: "run",
    input,
    limits: bundle.manifest.limits,
    now: new Date("2026-01-15T12:00:00Z"),
    seed: "strange",
    asker: { locale: "en-CA", timeZone: "UTC" },
    sample: "off",
    origin: "stranger",
  };
}

/** A host that has nothing to give but what is handed in. */
export function bareHost(parts: Partial<ModuleHost> = {}): ModuleHost {
  return {
    fetch: async () => ({ ok: false, code: "denied", detail: "nothing may be fetched here" }),
    log: () => {},
    cacheGet: async () => undefined,
    cacheSet: async () => {},
    fileList: async () => [],
    fileRead: async () => undefined,
    fileWrite: async () => {},
    fileRemove: async () => {},
    ...parts,
  };
}

/** Source that cannot be read is run as it is: refusing it is the engine's business then. */
function withoutTypes(source: string): string {
  try {
    return transformSync(source, { mode: "strip-only" }).code;
  } catch {
    return source;
  }
}

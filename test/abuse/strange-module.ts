import { transformSync } from "amaro";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Limits, Manifest } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { SandboxCall } from "#core/contract/sandbox.ts";
import { handMadeBundle } from "#test/hand-made-bundle.ts";
import { capabilityFields, sampleManifest } from "#test/sample-manifest.ts";
import { callOf } from "#test/sandbox-call.ts";

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
  return sampleManifest({
    name: "strange",
    title: "Strange",
    description: "Somebody else's code.",
    hosts: /fetch/.test(source) ? [{ host: "api.example.com", methods, pathPrefixes: ["/"] }] : [],
    capabilities: [capabilityFields({ effect: methods.length > 1 ? "write" : "read" })],
    limits: { ...STRANGE_LIMITS, ...limits },
  });
}

/** A bundle nobody has looked at: types taken off if that is possible, and nothing else. */
export function strangeBundle(sources: ReadonlyMap<string, string>, manifest: Manifest): Bundle {
  return handMadeBundle(new Map([...sources].map(([path, source]) => [path, withoutTypes(source)])), manifest);
}

/** What it takes to call a strange bundle. */
export function strangeCall(bundle: Bundle, input: JsonObject, org: OrgId = newId(OrgId)): SandboxCall {
  return callOf(bundle, {
    org,
    input,
    now: new Date("2026-01-15T12:00:00Z"),
    seed: "strange",
    asker: { locale: "en-CA", timeZone: "UTC" },
  });
}

/** Source that cannot be read is run as it is: refusing it is the engine's business then. */
function withoutTypes(source: string): string {
  try {
    return transformSync(source, { mode: "strip-only" }).code;
  } catch {
    return source;
  }
}

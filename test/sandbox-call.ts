import { newId, OrgId } from "#core/contract/ids.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { SandboxCall } from "#core/contract/sandbox.ts";
import { handMadeBundle } from "./hand-made-bundle.ts";

/** One call of a bundle's `run`, as an org of its own would make it of a stranger's module. */
export function callOf(bundle: Bundle, more: Partial<SandboxCall> = {}): SandboxCall {
  return {
    org: newId(OrgId),
    bundle,
    capability: "run",
    input: {},
    limits: bundle.manifest.limits,
    now: new Date("2026-03-04T05:06:07Z"),
    seed: "seed",
    asker: { locale: "en-CA", timeZone: "America/Toronto" },
    sample: "off",
    origin: "stranger",
    ...more,
  };
}

/** One call of a module whose `run` has that body. */
export function sandboxCall(body: string, more: Partial<SandboxCall> = {}): SandboxCall {
  return callOf(handMadeBundle(runOf(body)), { input: { city: "Toronto" }, ...more });
}

/** A module whose `run` has that body. */
export function runOf(body: string): string {
  return `export async function run(input, nexus) { ${body} }`;
}

import { newId, OrgId } from "#core/contract/ids.ts";
import { FENCES, type Fence } from "#core/contract/validation.ts";
import { digestEntries } from "#core/contract/bundle.ts";
import { bareHost } from "./bare-host.ts";
import type { Engines } from "./engines/engines.ts";
import type { RunnerPools } from "./runner-pools.ts";

/** A module that answers with what it can see of the world outside: nothing, if the fences stand. */
const PROBE = `export async function probe() {
  return ["process", "require", "fetch", "eval", "WebAssembly", "console"].filter((name) => name in globalThis);
}`;
const CODE = new Map([["module.ts", PROBE]]);
const LIMITS = { timeoutMs: 1_000, memoryMib: 16, fetches: 0, outputChars: 1_000, fileBytes: 0 };

/** Runs a harmless module in a runner and says which fences it stood behind. */
export async function checkSandbox(
  pools: RunnerPools,
  engines: Pick<Engines, "scripts">,
  fences: readonly Fence[],
  signal: AbortSignal,
): Promise<{ ok: boolean; detail: string }> {
  const call = {
    org: newId(OrgId),
    bundle: { sha256: digestEntries(CODE), code: CODE },
    capability: "probe",
    input: {},
    limits: LIMITS,
    now: new Date(0),
    seed: "check",
    asker: { locale: "en", timeZone: "UTC" },
    sample: "off",
  } as const;
  const outcome = await pools.run(engines.scripts, call, bareHost(), { once: false }, signal);
  if (outcome.status === "unavailable") return { ok: false, detail: outcome.reason };
  if (outcome.status !== "completed") return { ok: false, detail: `a harmless module ended as ${outcome.status}` };
  const visible = Array.isArray(outcome.output) ? outcome.output : ["an answer of another shape"];
  if (visible.length > 0) return { ok: false, detail: `module code can see ${visible.join(", ")}` };
  const standing = fences.filter((fence) => fence.up).map((fence) => FENCES[fence.name]);
  const fallen = fences.filter((fence) => !fence.up).map((fence) => FENCES[fence.name]);
  const missing = fallen.length > 0 ? `; not on this machine: ${fallen.join(", ")}` : "";
  return { ok: true, detail: `a runner answers behind: ${standing.join(", ")}${missing}` };
}

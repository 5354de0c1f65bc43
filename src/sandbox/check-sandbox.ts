import type { ModuleHost } from "#core/contract/sandbox.ts";
import type { Fences } from "./fences.ts";
import type { RunnerPool } from "./runner-pool.ts";

/** A module that answers with what it can see of the world outside: nothing, if the fences stand. */
const PROBE = `export async function probe() {
  return ["process", "require", "fetch", "eval", "WebAssembly", "console"].filter((name) => name in globalThis);
}`;
const LIMITS = { timeoutMs: 1_000, memoryMib: 16, fetches: 0, outputChars: 1_000, fileBytes: 0 };

/** Runs a harmless module in a runner and says which fences it stood behind. */
export async function checkSandbox(
  pool: RunnerPool,
  fences: Fences,
  signal: AbortSignal,
): Promise<{ ok: boolean; detail: string }> {
  const wish = { org: "check", sha256: "check", code: new Map([["module.ts", PROBE]]), memoryMib: LIMITS.memoryMib };
  const answer = await pool.take(wish, signal);
  if (answer.status !== "granted") {
    return { ok: false, detail: answer.status === "unavailable" ? answer.reason : `no runner: ${answer.status}` };
  }
  const job = {
    capability: "probe",
    input: {},
    limits: LIMITS,
    now: new Date(0),
    seed: "check",
    asker: { locale: "en", timeZone: "UTC" },
    sample: "off",
  } as const;
  const outcome = await answer.runner.run(job, NOTHING, signal);
  pool.release(answer.runner);
  if (outcome.status !== "completed") return { ok: false, detail: `a harmless module ended as ${outcome.status}` };
  const visible = Array.isArray(outcome.output) ? outcome.output : ["an answer of another shape"];
  if (visible.length > 0) return { ok: false, detail: `module code can see ${visible.join(", ")}` };
  const standing = fences.list.filter((fence) => fence.up).map((fence) => fence.name);
  const fallen = fences.list.filter((fence) => !fence.up).map((fence) => fence.name);
  const missing = fallen.length > 0 ? `; not on this machine: ${fallen.join(", ")}` : "";
  return { ok: true, detail: `a runner answers behind: ${standing.join(", ")}${missing}` };
}

const NOTHING: ModuleHost = {
  fetch: async () => ({ ok: false, code: "denied", detail: "nothing may be fetched here" }),
  log: () => {},
  cacheGet: async () => undefined,
  cacheSet: async () => {},
  fileList: async () => [],
  fileRead: async () => undefined,
  fileWrite: async () => {},
  fileRemove: async () => {},
};

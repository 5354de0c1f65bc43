import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { ModuleHost, Sandbox, SandboxOutcome } from "#core/contract/sandbox.ts";
import { handMadeBundle } from "#test/hand-made-bundle.ts";
import { sampleManifest } from "#test/sample-manifest.ts";
import { type HostileModule, writeHostileModule } from "./hostile-modules.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Cases as `eval -- sandbox` reads them; only those with a module's source are of use here. */
const Cases = z.object({
  cases: z.array(z.object({ id: z.string(), payloadType: z.string().optional(), payload: z.unknown().optional() })),
});

/** What a hostile module may use. */
export const HOSTILE_LIMITS = {
  timeoutMs: 500,
  memoryMib: 64,
  fetches: 20,
  outputChars: 100_000,
  fileBytes: 1_000_000,
};
/** How one hostile call went. */
export interface Attempt {
  readonly kind: string;
  readonly ending: string;
  readonly ms: number;
  readonly hasEscaped: boolean;
}

/** Plays an org whose modules are all hostile: one after the other, each a bundle of its own. */
export async function attack(sandbox: Sandbox, next: () => HostileModule, until: AbortSignal): Promise<Attempt[]> {
  const org = newId(OrgId);
  const attempts: Attempt[] = [];
  while (!until.aborted) {
    const { kind, source } = next();
    const bundle = handMadeBundle(
      new Map([
        ["module.ts", ENTRY],
        ["shim.ts", SHIM],
        ["hostile.ts", source],
      ]),
      sampleManifest({ limits: HOSTILE_LIMITS }),
    );
    const startedAt = performance.now();
    const outcome = await sandbox.run(
      {
        org,
        bundle,
        capability: "run",
        input: {},
        limits: HOSTILE_LIMITS,
        now: new Date(0),
        seed: "hostile",
        asker: { locale: "en-CA", timeZone: "UTC" },
        sample: "off",
        origin: "stranger",
      },
      VICTIM,
      new AbortController().signal,
    );
    attempts.push({
      kind,
      ending: endingOf(outcome),
      ms: performance.now() - startedAt,
      hasEscaped: hasEscaped(outcome),
    });
  }
  return attempts;
}

/** Payloads that were written for another host find its two functions. */
const SHIM = `let nexus; globalThis.__set = (it) => { nexus = it; };
  globalThis.__fetch = (url, init) => nexus.fetch(url, init); globalThis.__log = (line) => nexus.log(line);`;
const ENTRY = `import "./shim.ts"; import * as hostile from "./hostile.ts";
  export async function run(input, nexus) { globalThis.__set(nexus); return hostile.run(input, nexus); }`;

/** Takes its time, as a host does that asks a network or a disk. */
const VICTIM: ModuleHost = {
  fetch: async () => {
    await pause(5);
    return { ok: true, status: 200, headers: {}, body: "{}" };
  },
  log: () => {},
  cacheGet: async () => undefined,
  cacheSet: () => pause(1),
  fileList: async () => [],
  fileRead: async () => undefined,
  fileWrite: () => pause(1),
  fileRemove: async () => {},
};

function endingOf(outcome: SandboxOutcome): string {
  return outcome.status === "resources" ? `resources: ${outcome.what}` : outcome.status;
}

function hasEscaped(outcome: SandboxOutcome): boolean {
  if (outcome.status !== "completed" || typeof outcome.output !== "object" || outcome.output === null) return false;
  return "escaped" in outcome.output && outcome.output.escaped === true;
}

/** Hostile modules without end: from the grammar, and every other time from the file when there is one. */
export function openArsenal(random: SeededRandom, cases: string | undefined): () => HostileModule {
  const read = cases === undefined ? [] : Cases.parse(JSON.parse(readFileSync(cases, "utf8"))).cases;
  const payloads = read.flatMap(({ id, payloadType, payload }) =>
    payloadType === "module-source" && typeof payload === "string" ? [{ kind: id, source: payload }] : [],
  );
  return () => {
    const payload = random.between(0, 1) === 0 ? payloads[random.between(0, payloads.length - 1)] : undefined;
    return payload ?? writeHostileModule(random);
  };
}

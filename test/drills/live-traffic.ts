import { setTimeout as pause } from "node:timers/promises";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { ModuleHost, Sandbox } from "#core/contract/sandbox.ts";
import { handMadeBundle } from "#test/hand-made-bundle.ts";

/** What ordinary calls experienced. */
export interface Experience {
  readonly times: number[];
  /** Calls that did not answer as they should, in words. */
  readonly failures: string[];
}

/** Adds up what it is given and remembers it: some work, two requests to the host. */
const LEDGER = `export async function run(input, nexus) {
  const before = Number((await nexus.files.read("total")) ?? "0");
  const sum = input.amounts.reduce((total, amount) => total + amount, 0);
  const sorted = input.amounts.toSorted((a, b) => a - b);
  await nexus.files.write("total", String(before + sum));
  return { sum, total: before + sum, median: sorted[sorted.length >> 1], largest: sorted.at(-1) };
}`;

/**
 * People of several orgs who each ask, read the answer for a moment and ask again. Each answer is checked: a wrong one,
 * or another org's, is a failure like none at all.
 */
export async function playLiveTraffic(sandbox: Sandbox, orgs: number, until: AbortSignal): Promise<Experience> {
  const bundle = handMadeBundle(LEDGER);
  const experience: Experience = { times: [], failures: [] };
  await Promise.all(Array.from({ length: orgs }, (_, index) => playOrg(sandbox, bundle, index, experience, until)));
  return experience;
}

async function playOrg(
  sandbox: Sandbox,
  bundle: Bundle,
  index: number,
  experience: Experience,
  until: AbortSignal,
): Promise<void> {
  const org = newId(OrgId);
  const files = new Map<string, string>();
  const host = keeping(files);
  let total = 0;
  for (let turn = 1; !until.aborted; turn += 1) {
    const amounts = Array.from({ length: 20 }, (_, at) => ((turn + index) * (at + 3)) % 97);
    const sum = amounts.reduce((all, amount) => all + amount, 0);
    const startedAt = performance.now();
    const outcome = await sandbox.run(
      {
        org,
        bundle,
        capability: "run",
        input: { amounts },
        limits: bundle.manifest.limits,
        now: new Date(turn),
        seed: `${turn}`,
        asker: { locale: "en-CA", timeZone: "UTC" },
        sample: "off",
        origin: "stranger",
      },
      host,
      new AbortController().signal,
    );
    experience.times.push(performance.now() - startedAt);
    total += sum;
    const answer = outcome.status === "completed" ? JSON.stringify(outcome.output) : JSON.stringify(outcome);
    if (!answer.startsWith(`{"sum":${sum},"total":${total},`)) experience.failures.push(answer.slice(0, 300));
    await pause(25);
  }
}

function keeping(files: Map<string, string>): ModuleHost {
  return {
    fetch: async () => ({ ok: false, code: "denied", detail: "there is no network in this drill" }),
    log: () => {},
    cacheGet: async () => undefined,
    cacheSet: async () => {},
    fileList: async () => [...files.keys()],
    fileRead: async (path) => files.get(path),
    fileWrite: async (path, text) => void files.set(path, text),
    fileRemove: async (path) => void files.delete(path),
  };
}

import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { RunOutcome } from "#core/registry/registry-deps.ts";
import { type Activation, type CallCounts, NO_CALLS, plus } from "#core/store/store.ts";
import { countOutcome } from "./count-outcome.ts";
import type { HealthWatchDeps } from "./health-deps.ts";
import { judgeHealth } from "./judge-health.ts";
import { takeBack } from "./take-back.ts";
import { tellUntold } from "./tell-untold.ts";

/** Watches how installed modules do, and takes a version back that does worse than the one before. */
export interface HealthWatch extends AsyncDisposable {
  /** Told of every run. Returns at once. */
  saw(run: RunOutcome): void;
  /** Tells people what was decided and not told: after a start, and now and then. */
  tell(): Promise<void>;
  /** Once everything seen so far is counted, and acted on. */
  settled(): Promise<void>;
}

/** Makes the watch over the modules of all orgs. What it counts is in the store: a restart goes on where it was. */
export function createHealthWatch(deps: HealthWatchDeps): HealthWatch {
  const { registry, log } = deps;
  const waiting = new Map<string, Seen>();
  let working: Promise<void> | undefined;
  let telling: Promise<void> = Promise.resolve();

  const tell = (): Promise<void> => {
    telling = telling.then(() => tellUntold(deps)).catch((err: unknown) => log.error({ err }, NOT_TOLD));
    return telling;
  };
  async function work(): Promise<void> {
    for (let seen = next(); seen !== undefined; seen = next()) {
      try {
        if (await look(deps, seen)) void tell();
      } catch (err) {
        log.error({ err, org: seen.org, module: seen.module }, "how a module does could not be looked at");
      }
    }
    working = undefined;
  }
  const settled = async (): Promise<void> => {
    await working;
    await telling;
  };
  const next = (): Seen | undefined => {
    const [first] = waiting;
    if (first === undefined) return undefined;
    waiting.delete(first[0]);
    return first[1];
  };

  return {
    saw({ org, module, sha256, result }) {
      const counts = countOutcome(result);
      if (counts === undefined || registry.houseModules().some((one) => one.sha256 === sha256)) return;
      const key = `${org} ${module} ${sha256}`;
      waiting.set(key, { org, module, sha256, counts: plus(waiting.get(key)?.counts ?? NO_CALLS, counts) });
      working ??= work();
    },
    tell,
    settled,
    [Symbol.asyncDispose]: settled,
  };
}

interface Seen {
  readonly org: OrgId;
  readonly module: ModuleName;
  readonly sha256: Sha256;
  readonly counts: CallCounts;
}

const NOT_TOLD = "people could not be told about a module";

/** Counts what was seen, and acts on it. Whether there is something to tell. */
async function look(deps: HealthWatchDeps, { org, module, sha256, counts }: Seen): Promise<boolean> {
  const own = deps.store.forOrg(org);
  const pointer = await own.moduleInstalls.get(module);
  // A call that ended on a version which is not live any more says nothing about the one that is.
  if (pointer?.sha256 !== sha256) return false;
  const activation = await own.moduleInstalls.activation(pointer.activation);
  if (activation?.to === undefined) return false;
  const total = await own.moduleHealth.add({ activation: activation.id, module, sha256 }, counts);
  const until = activation.at.getTime() + deps.settings.watchMinutes * 60_000;
  if (deps.clock().getTime() > until || (await own.moduleHealth.decision(activation.id)) !== undefined) return false;
  const before = formerOf(activation);
  const former = before && { ...before, counts: await own.moduleHealth.total(module, before.sha256, activation.id) };
  const judgement = judgeHealth(total, former?.counts ?? NO_CALLS);
  if (judgement.state === "well") return false;
  return takeBack(deps, org, { activation, pointer, total, of: judgement.of, former });
}

/** What a version is held against: the one it took the place of, or, when it came back, itself as it was. */
function formerOf({ reason, was, to }: Activation): Activation["was"] {
  return reason === "approved" ? was : to;
}

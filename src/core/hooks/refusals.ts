import type { Audit } from "#core/audit/audit.ts";
import type { HookId, OrgId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";

/** Writes down what was refused at a hook: the first at once, the many after it as a number. */
export interface Refusals {
  note(org: OrgId, hook: HookId, why: "unsigned" | "signature" | "time"): Promise<void>;
}

/** Of many refusals the audit has one entry in so long; ms. */
const ONE_EACH_MS = 10 * 60_000;
const MOST_HOOKS = 1_000;

/** Makes it. In memory: a flood fills no disk, and a restart tells once more. */
export function createRefusals({
  audit,
  clock,
}: {
  readonly audit: Pick<Audit, "record">;
  readonly clock: Clock;
}): Refusals {
  const seen = new Map<HookId, { at: number; unsaid: number }>();
  return {
    async note(org, hook, why) {
      const now = clock().getTime();
      const known = seen.get(hook);
      if (known !== undefined && Math.abs(now - known.at) < ONE_EACH_MS) {
        known.unsaid += 1;
        return;
      }
      seen.delete(hook);
      seen.set(hook, { at: now, unsaid: 0 });
      const [oldest] = seen.keys();
      if (seen.size > MOST_HOOKS && oldest !== undefined) seen.delete(oldest);
      await audit.record(org, {
        act: "hook.refused",
        outcome: "refused",
        actor: { kind: "system", id: "hook" },
        subject: { kind: "hook", id: hook },
        detail: { why, before: known?.unsaid ?? 0 },
      });
    },
  };
}

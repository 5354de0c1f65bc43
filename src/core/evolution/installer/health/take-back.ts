import { asNexusError, type ErrorCode, NexusError } from "#core/contract/errors.ts";
import type { OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { doneBy, moduleEntry } from "#core/evolution/installer/activate.ts";
import { planUndo, type UndoDetails } from "#core/evolution/installer/plan-undo.ts";
import { goBack } from "#core/evolution/installer/undo-change.ts";
import type { Activation, CallCounts, HealthVerdict, LivePointer, Repositories } from "#core/store/store.ts";
import type { HealthDetail } from "./health-detail.ts";
import type { HealthWatchDeps } from "./health-deps.ts";

/** A version that does badly. */
export interface Ill {
  readonly activation: Activation;
  readonly pointer: LivePointer;
  readonly total: CallCounts;
  readonly of: HealthDetail["of"];
  readonly former: { readonly version: string; readonly sha256: Sha256; readonly counts: CallCounts } | undefined;
}

/**
 * Goes back to the version before, once. Where that was done already, or there is none to go back to, the module is
 * switched off: it is never tried in turns. Returns false when somebody else has changed it meanwhile.
 */
export async function takeBack(deps: HealthWatchDeps, org: OrgId, ill: Ill): Promise<boolean> {
  const step = await nextStep(deps, org, ill);
  const { activation } = ill;
  const detail = detailFor(ill, step);
  const json: Json = JSON.parse(JSON.stringify(detail));
  const isDone = await deps.store.transaction(async (inside) => {
    const own = inside.forOrg(org);
    const now = await own.moduleInstalls.get(activation.module);
    if (now?.activation !== activation.id || now.isPinned !== ill.pointer.isPinned) return false;
    if (!(await own.moduleHealth.decide(activation.id, step.verdict, json))) return false;
    await carryOut(deps, inside, org, ill, step);
    return true;
  });
  if (!isDone) return false;
  if (step.verdict === "reverted") await deps.registry.refresh(org);
  deps.log.warn({ org, module: activation.module, did: step.verdict, ...detail }, "an installed module does badly");
  return true;
}

interface Step {
  readonly verdict: HealthVerdict;
  readonly undo?: UndoDetails;
  readonly why?: string;
}

async function nextStep(deps: HealthWatchDeps, org: OrgId, { activation, pointer }: Ill): Promise<Step> {
  if (!deps.settings.revert) return { verdict: "told", why: "going back by itself is switched off" };
  if (pointer.isPinned) return { verdict: "told", why: "it is kept at its version" };
  if (activation.reason === "health") return { verdict: "switched_off", why: "going back has not helped" };
  try {
    const undo = await planUndo(deps, org, activation.module);
    if (undo.plan.to === undefined) return { verdict: "switched_off", why: "there is no version before" };
    return { verdict: "reverted", undo };
  } catch (thrown) {
    const { code, say } = asNexusError(thrown);
    if (!NO_WAY_BACK.has(code)) throw thrown;
    return { verdict: "switched_off", why: say };
  }
}

const NO_WAY_BACK: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "nothing_to_undo",
  "bundle_revoked",
  "bundle_changed",
  "dependency_needed",
]);

function detailFor({ activation, total, of, former }: Ill, { undo, why }: Step): HealthDetail {
  const { calls, failures, empties, codes } = total;
  return {
    version: activation.to?.version ?? "",
    calls,
    failures,
    empties,
    of,
    codes,
    ...(former && { former: { ...former.counts, version: former.version } }),
    ...(undo?.plan.to && { to: { version: undo.plan.to.version, sha256: undo.plan.to.sha256 } }),
    ...(why !== undefined && { why }),
  };
}

async function carryOut(
  deps: HealthWatchDeps,
  inside: Repositories,
  org: OrgId,
  { activation, pointer }: Ill,
  { verdict, undo }: Step,
): Promise<void> {
  const { module } = activation;
  switch (verdict) {
    case "reverted":
      if (undo?.head.id !== activation.id) throw new NexusError("internal", `${module} was changed meanwhile`);
      await goBack(deps, inside, org, undo, { reason: "health", by: undefined });
      return;
    case "switched_off": {
      await inside.forOrg(org).moduleStates.set(module, false);
      const about = { module, sha256: pointer.sha256, by: doneBy(undefined), right: "health" };
      await deps.audit.recordIn(inside, org, moduleEntry("module.switched", about, { on: false, reason: "health" }));
      return;
    }
    case "told":
      return;
    default:
      verdict satisfies never;
  }
}

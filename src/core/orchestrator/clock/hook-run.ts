import type { HookTask } from "#core/contract/hook.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Json, JsonObject } from "#core/contract/json.ts";
import { fieldAt } from "#core/hooks/field.ts";
import type { StoredDelivery, StoredHook } from "#core/store/store.ts";
import { withPart } from "#core/orchestrator/compose.ts";
import { mayUseHere } from "#core/orchestrator/runs/use-right.ts";
import { runCapability } from "#core/orchestrator/runs/run-capability.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { chosenLocale } from "#core/orchestrator/wishes/chosen-locale.ts";
import { fromOutside } from "./hook-post.ts";
import { openly } from "#core/orchestrator/openly.ts";

interface HookOrder {
  readonly hook: StoredHook;
  readonly task: Extract<HookTask, { do: "run" }>;
  readonly body: Json;
  readonly delivery: StoredDelivery;
}

/**
 * Runs the capability of a hook as its owner would ask for it in its place. What changes something is never run by what a
 * stranger sent: people of that place are asked, whatever else holds here.
 * @throws NexusError not_allowed | no_data | slot_invalid, and what the run failed of
 */
export async function hookRun(deps: OrchestratorDeps, scene: Scene, order: HookOrder): Promise<Outcome> {
  const { hook, task, body, delivery } = order;
  const { org } = scene.turn;
  const { plan, person } = hook;
  const what = findCapability(deps, org, task);
  const { effect } = what.capability;
  const asOwner: Scene = {
    ...scene,
    conversation: plan.place,
    state: {},
    isZoneKnown: true,
    composer: scene.composer.at(plan.place),
    ...(person !== scene.person && { person, asker: await askerOf(deps, scene, hook) }),
  };
  const verdict = await mayUseHere(deps, asOwner, what);
  if (!verdict.allowed) {
    throw new NexusError("not_allowed", "the owner of a hook may not use its capability there", { say: verdict.say });
  }
  const input: JsonObject = { ...task.input };
  for (const [slot, path] of Object.entries(task.slots)) {
    const value = fieldAt(body, path);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") input[slot] = value;
  }
  const missing = what.capability.required.find((slot) => input[slot] === undefined);
  if (missing !== undefined) {
    throw new NexusError("no_data", `a delivery has no ${missing}`, {
      say: `What came has no ${task.slots[missing] ?? missing}, which ${missing} was to be.`,
      hint: "`hook` with its code shows where each is looked for.",
    });
  }
  const use = { module: task.module, capability: task.capability, input };
  const guarded = effect === "read" ? deps : askingFirst(deps, effect);
  const { state: _, ...outcome } = await runCapability(guarded, asOwner, use, undefined, []);
  const run = outcome.record?.run?.outcome;
  const line = { type: "context", markdown: fromOutside(hook, delivery.isTest) } as const;
  const place = plan.place;
  const elsewhere = outcome.replies.map((reply) => ({
    conversation: place,
    actor: { ...plan.actor, ...asOwner.asker },
    reply: openly(withPart(reply, line), place),
  }));
  // What a source could not answer now may come later; a place is not told of each try.
  if (run !== undefined && run !== "ok") {
    throw new NexusError(
      run === "no_data" ? "no_data" : "upstream_unavailable",
      `a hook's capability ended as ${run}`,
      {
        say: outcome.replies[0]?.summary ?? "Its source did not answer.",
      },
    );
  }
  return {
    ...outcome,
    elsewhere: [...elsewhere, ...(outcome.elsewhere ?? [])],
    ...(person !== scene.person && { person }),
  };
}

/** What a stranger sent is agreed to by a person, also where what people ask for themselves is not. */
function askingFirst(deps: OrchestratorDeps, effect: "write" | "money" | "notify"): OrchestratorDeps {
  const policy = deps.policies[effect];
  return { ...deps, policies: { ...deps.policies, [effect]: { ...policy, approvals: Math.max(1, policy.approvals) } } };
}

async function askerOf(deps: OrchestratorDeps, scene: Scene, { plan }: StoredHook): Promise<Scene["asker"]> {
  const { person, locale, timeZone } = await deps.store.people.identify(plan.actor);
  const chosen = chosenLocale(await deps.store.forOrg(scene.turn.org).preferences.all(person));
  return { locale: chosen ?? locale ?? deps.defaults.locale, timeZone: timeZone ?? deps.defaults.timeZone };
}

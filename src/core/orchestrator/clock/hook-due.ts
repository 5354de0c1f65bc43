import { afterFailure } from "#core/hooks/retries.ts";
import { isByProgram } from "#core/hooks/words/slack.ts";
import { HookDeliveryId } from "#core/contract/hook.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import { MATRIX } from "#core/contract/permission.ts";
import type { DeliveryEnd, StoredDelivery, StoredHook } from "#core/store/store.ts";
import { isOutsider } from "#core/orchestrator/people/outsider.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { hookFailed } from "./hook-failed.ts";
import { hookPost } from "./hook-post.ts";
import { hookRun } from "./hook-run.ts";
import { openly } from "#core/orchestrator/openly.ts";

/**
 * What a program outside sent is said in its place, or asks a capability, with the rights that the hook's owner has now.
 * What fails is tried again a few times, and then kept for whoever looks into it.
 * @param id `<delivery>@<tries that failed>`
 */
export async function onHookDue(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const { org } = scene.turn;
  const { hooks } = deps.store.forOrg(org);
  const [name, attempts] = id.split("@");
  const delivery = await hooks.delivery(HookDeliveryId.parse(name));
  // Worked on already, or given up and taken up again.
  if (delivery?.state !== "waiting" || delivery.attempts !== Number(attempts)) return { replies: [] };
  const hook = await hooks.get(delivery.hook);
  if (hook?.state !== "on") return { replies: [], commit: settling(scene, delivery, { as: "dropped" }) };
  try {
    await requireOwner(deps, scene, hook);
    const outcome = await carryOut(deps, scene, hook, delivery);
    return {
      ...outcome,
      replies: [],
      commit: async (inside) => {
        await outcome.commit?.(inside);
        await settling(scene, delivery, { as: "done" })(inside);
      },
    };
  } catch (thrown) {
    return await cutShort(deps, scene, hook, delivery, thrown);
  }
}

/** Whose hook it is must still be somebody here who may have programs post. @throws NexusError not_allowed */
async function requireOwner(deps: OrchestratorDeps, scene: Scene, { plan, person }: StoredHook): Promise<void> {
  const { org, signal } = scene.turn;
  const actor = await deps.lookUp(plan.actor, signal);
  if (actor !== plan.actor) await deps.store.forOrg(org).memberships.saw(person, actor, scene.now);
  const { role, hasLeft } = await deps.roles.standing(org, person);
  if (hasLeft || isOutsider(actor)) {
    throw new NexusError("not_allowed", "the owner of a hook has left", {
      say: "Whoever set the hook up is no member any more.",
      hint: "An admin takes it over: `adopt hook` with its code.",
    });
  }
  if (MATRIX[role].has("hook.manage")) return;
  throw new NexusError("not_allowed", `a ${role} owns a hook`, {
    say: "Whoever set the hook up may not have programs post here any more.",
    hint: "An admin takes it over: `adopt hook` with its code.",
  });
}

async function carryOut(
  deps: OrchestratorDeps,
  scene: Scene,
  hook: StoredHook,
  delivery: StoredDelivery,
): Promise<Outcome> {
  const { task, place, actor } = hook.plan;
  const body = deps.hooks.bodyOf(delivery);
  // A post of ours in that Slack comes back as an event, and would be posted again.
  if (isByProgram(body)) return { replies: [] };
  if (task.do === "run") return hookRun(deps, scene, { hook, task, body, delivery });
  const reply = hookPost(hook, task, { body, event: delivery.event, isTest: delivery.isTest });
  return { replies: [], elsewhere: [{ conversation: place, actor, reply: openly(reply, place) }] };
}

/** What trying again may mend is tried again; of what is given up its owner hears once, until something works again. */
async function cutShort(
  deps: OrchestratorDeps,
  scene: Scene,
  hook: StoredHook,
  delivery: StoredDelivery,
  thrown: unknown,
): Promise<Outcome> {
  const { turn } = scene;
  turn.signal.throwIfAborted();
  const error = asNexusError(thrown);
  if (error.code === "disk_full") throw error;
  const { attempts } = delivery;
  const why = `${error.say} (${error.code})`.slice(0, 300);
  const isFinal = !error.retryable && error.code !== "internal";
  const end: DeliveryEnd = isFinal ? { as: "dead", why } : afterFailure(attempts, why, scene.now);
  deps.log.warn({ err: thrown, turn: turn.turnId, hook: hook.id, attempts }, "what came to a hook could not be done");
  if (end.as !== "dead") return { replies: [], commit: settling(scene, delivery, end) };
  return {
    replies: [],
    elsewhere: await hookFailed(deps, scene, hook, error),
    commit: settling(scene, delivery, end),
  };
}

function settling({ turn }: Scene, { id, attempts }: StoredDelivery, end: DeliveryEnd): NonNullable<Outcome["commit"]> {
  return async (inside) => {
    const isFirst = await inside.forOrg(turn.org).hooks.settle(id, attempts, end);
    if (!isFirst) throw new NexusError("internal", `delivery ${id} was settled twice at once`);
  };
}

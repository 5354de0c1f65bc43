import { onHooksCommand } from "#core/orchestrator/clock/hooks-command.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import { plainName } from "#core/orchestrator/plain-name.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "./plan-offer.ts";
import type { HookChangeWish } from "./wish-hook-changes.ts";

const MOST_NAMED = 10;

/** Does with the hook that is meant what its command does, or says which there are. @throws NexusError not_allowed */
export async function changeHook(deps: OrchestratorDeps, scene: Scene, wish: HookChangeWish): Promise<Outcome> {
  await requirePermission(deps, scene, "hook.manage");
  const all = await deps.store.forOrg(scene.turn.org).hooks.all();
  const wanted = plainName(wish.which);
  const exact = all.filter(({ plan, code }) => plainName(plan.title) === wanted || code === wish.which.toUpperCase());
  const meant = exact.length > 0 ? exact : all.filter(({ plan }) => plainName(plan.title).includes(wanted));
  const [only, ...more] = meant;
  if (only !== undefined && more.length === 0) {
    return onHooksCommand(deps, scene, { name: "hooks", do: wish.do, code: only.code });
  }
  const list = (only === undefined ? all : meant)
    .slice(0, MOST_NAMED)
    .map(({ plan, code }) => `“${inert(plan.title)}” (\`hook ${code}\`)`)
    .join(", ");
  const none =
    wish.which === "" ? "There is no hook here." : `There is no hook called “${inert(clip(wish.which, 60))}”.`;
  const how = "Say `let GitHub post here`, or `let a program post here`, to set one up.";
  const words =
    only !== undefined
      ? `Which of them do you mean: ${list}? Say it with its code.`
      : `${none} ${all.length === 0 ? how : `There ${all.length === 1 ? "is" : "are"}: ${list}.`}`;
  return { replies: [alone(say(words))] };
}

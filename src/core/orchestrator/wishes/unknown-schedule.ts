import { schedulesSeen, isOthersOwn } from "#core/orchestrator/clock/find-schedules.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "./plan-offer.ts";

const MOST_NAMED = 10;
const MOST_BUTTONS = 5;

/** Says that no schedule is called so, and which there are. @param named as it was typed; empty where none was named */
export async function unknownSchedule(
  deps: Pick<OrchestratorDeps, "store" | "roles">,
  scene: Scene,
  named: string,
): Promise<Outcome> {
  const there = (await schedulesSeen(deps, scene)).filter((one) => !isOthersOwn(scene, one));
  const none = named === "" ? "There is no schedule here" : `There is no schedule called “${inert(clip(named, 60))}”`;
  if (there.length === 0) {
    const how = "Say `every weekday at 8:30 post the weather in Lisbon and open approvals here`, or fill in a form.";
    const setUp = scene.composer.button("Set One Up", { verb: "scf" });
    return { replies: [alone(say(`${none}, and none is set up. ${how}`, [setUp]))] };
  }
  const names = there.slice(0, MOST_NAMED).map(({ plan, code }) => `“${inert(plan.title)}” (\`${code}\`)`);
  const rest = there.length > MOST_NAMED ? `, and ${there.length - MOST_NAMED} more` : "";
  const buttons = there
    .slice(0, MOST_BUTTONS)
    .map(({ id, code, plan }) =>
      scene.composer.button(clip(`${inert(plan.title)} (${code})`, 75), { verb: "sch", schedule: id, do: "settings" }),
    );
  const how = "Say it again with its name or its code. `schedules` shows them all.";
  const words = `${none}. There ${there.length === 1 ? "is" : "are"}: ${names.join(", ")}${rest}.`;
  return { replies: [alone(say(words, buttons, [{ type: "context", markdown: how }]))] };
}

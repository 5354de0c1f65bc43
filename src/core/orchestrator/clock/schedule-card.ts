import { nextTimes } from "#core/clock/rule/next-times.ts";
import { moment } from "#core/contract/moment.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import type { SlotState } from "#core/contract/schedule.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import type { StoredSchedule, StoredSlot } from "#core/store/store.ts";
import { resultWords } from "./briefing/news.ts";
import { isOthersOwn } from "./find-schedules.ts";
import { mayChangeSchedule } from "./schedule-right.ts";
import { misfireText, nothingText, runText, scheduleFields, whenText } from "./schedule-words.ts";

/** How many of the last runs a card tells of. */
const SHOWN_RUNS = 5;

/** A schedule read back whole, with what its last runs came to and what can be done with it; for whoever asks alone. */
export async function scheduleCard(
  deps: Pick<OrchestratorDeps, "store" | "roles" | "registry" | "holidays" | "isDeclared">,
  scene: Scene,
  schedule: StoredSchedule,
): Promise<Reply> {
  const { id, plan, state } = schedule;
  const slots = await deps.store.forOrg(scene.turn.org).schedules.slots(id, SHOWN_RUNS);
  const mayChange = !deps.isDeclared(id) && (await mayChangeSchedule(deps, scene, schedule));
  const isHidden = isOthersOwn(scene, schedule);
  const title = isHidden ? "Somebody's own" : `“${inert(plan.title)}”`;
  const fields = scheduleFields(deps, scene, plan, schedule.person).filter(
    ({ label }) => !(isHidden && label === "What"),
  );
  const parts: Part[] = [
    {
      type: "fields",
      items: [
        ...fields.filter(({ label }) => label !== "Next" || state === "on"),
        { label: "State", value: stateText(scene, schedule) },
        { label: "Set up by", value: deps.isDeclared(id) ? "the configuration of this NEXUS" : whoseText(schedule) },
      ],
    },
    ...(slots.length === 0 ? [] : [runsTable(schedule, slots)]),
    { type: "context", markdown: `${misfireText(plan)}${nothingText(plan)} ${howText(schedule, mayChange)}` },
  ];
  const line = `${title}: ${lineOf(deps, scene, schedule)}.`;
  return alone(say(line, mayChange ? actions(scene, schedule, isHidden) : [], parts));
}

/** A schedule in a line: `Every weekday at 08:30, Toronto time, next: Mon 23 Nov 08:30`. */
export function lineOf(
  { holidays }: Pick<OrchestratorDeps, "holidays">,
  scene: Pick<Scene, "turn" | "now" | "asker">,
  { plan, person, state, nextAt, snoozedUntil }: StoredSchedule,
): string {
  const when = whenText(plan.rule, scene.asker.locale);
  if (state !== "on") return `${when}, ${state === "orphaned" ? "waits to be taken over" : state}`;
  const from = snoozedUntil !== undefined && snoozedUntil > scene.now ? snoozedUntil : nextAt;
  // What was kept as the next may have become a holiday since.
  const left = holidays.of(scene.turn.org, person, plan.rule);
  const next = from && nextTimes(plan.rule, new Date(from.getTime() - 1), 1, left)[0];
  return next === undefined ? when : `${when}, next: ${runText(plan.rule, next)}`;
}

function stateText({ now }: Pick<Scene, "now">, { plan, state, why, snoozedUntil }: StoredSchedule): string {
  const because = why === undefined ? "" : `: ${inert(why)}`;
  if (state === "orphaned") return `stopped${because}; it waits to be taken over`;
  if (state === "paused") return `paused${because}`;
  if (state === "ended") return "ended";
  return snoozedUntil !== undefined && snoozedUntil > now ? `left out until ${runText(plan.rule, snoozedUntil)}` : "on";
}

function whoseText({ plan, createdAt }: StoredSchedule): string {
  return `${inert(plan.actor.displayName)}, ${moment(createdAt, "date")}; it runs with their rights`;
}

function howText({ code, state }: StoredSchedule, mayChange: boolean): string {
  if (!mayChange) return `\`schedule ${code}\` shows this.`;
  const pause = state === "paused" ? "resume" : "pause";
  return `\`${pause} ${code}\` · \`snooze ${code} until Monday\` · \`run ${code} now\` · \`end ${code}\``;
}

function actions({ composer }: Scene, { id: schedule, state }: StoredSchedule, isHidden: boolean): Action[] {
  if (state === "ended") return [];
  const end = composer.button("Delete", { verb: "sch", schedule, do: "end" });
  if (state === "orphaned") {
    return [composer.button("Take It Over", { verb: "sch", schedule, do: "adopt" }, "primary"), end];
  }
  const pause =
    state === "paused"
      ? composer.button("Resume", { verb: "sch", schedule, do: "resume" })
      : composer.button("Pause", { verb: "sch", schedule, do: "pause" });
  if (isHidden) return [pause, end];
  return [
    composer.button("Preview", { verb: "sch", schedule, do: "preview" }),
    composer.button("Edit", { verb: "scf", schedule }),
    pause,
    end,
  ];
}

function runsTable({ plan }: StoredSchedule, slots: readonly StoredSlot[]): Part {
  return {
    type: "table",
    caption: "Last runs",
    columns: [{ header: "When" }, { header: "What became of it" }],
    rows: slots.map((slot) => [runText(plan.rule, slot.dueAt), clip(resultText(slot), 120)]),
  };
}

function resultText(slot: StoredSlot): string {
  const plain = STATES[slot.state];
  const words = resultWords(slot);
  return words === "" || words === plain || slot.state === "empty" ? plain : `${plain}: ${inert(words)}`;
}

const STATES = {
  handed: "on its way",
  asked: "I asked whether it is still wanted",
  done: "posted",
  empty: "nothing new",
  skipped: "left out",
  failed: "failed",
} as const satisfies Record<SlotState, string>;

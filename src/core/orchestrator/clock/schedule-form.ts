import type { PlanId, ScheduleId } from "#core/contract/ids.ts";
import type { FormValue } from "#core/contract/message.ts";
import type { FormField } from "#core/contract/reply.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { noSuch } from "#core/orchestrator/wishes/decline-beyond.ts";
import { type HeldSchedules, heldSchedules, planReworked } from "#core/orchestrator/wishes/plan-reworked.ts";
import { planRecurring, planSchedule } from "#core/orchestrator/wishes/plan-schedules.ts";
import { planEdited } from "#core/orchestrator/wishes/plan-schedule-changes.ts";
import { readRecurrence } from "#core/orchestrator/wishes/recurrence.ts";
import type { SaidPlace, SaidWhen } from "#core/orchestrator/wishes/wish-schedules.ts";
import { readable } from "#core/orchestrator/wishes/wish-words.ts";
import { pressedSchedule } from "./briefing/briefing-press.ts";
import { requireChangeSchedule } from "./schedule-right.ts";
import { whatText, whenText, whereText } from "./schedule-words.ts";

/** What the form is for: something new, what was planned but not created, or a schedule that there is. */
export interface ScheduleFormOf {
  readonly plan?: PlanId;
  readonly schedule?: ScheduleId;
  /** What was said already. */
  readonly what?: string;
}

/** Asks what is to be told, when and where. What is left empty stays as it is. @throws NexusError not_allowed */
export async function askForSchedule(deps: OrchestratorDeps, scene: Scene, of: ScheduleFormOf): Promise<Outcome> {
  const { held, ...target } = await heldBy(deps, scene, of);
  const schedule = "schedule" in target ? target.schedule : undefined;
  const now = (value: string) => (held === undefined ? "" : ` Now: ${clip(value, 60)}.`);
  const { rule } = held ?? {};
  const isSay = held?.task.do === "say";
  const fields: FormField[] = [
    text(
      "what",
      isSay ? "What to say" : "What to tell",
      `e.g. weather, today's meetings, open approvals.${held ? now(whatText(held)) : ""}`,
      held !== undefined,
    ),
    text(
      "when",
      "When",
      `e.g. every weekday at 8:30, not on holidays.${rule ? now(whenText(rule, scene.asker.locale)) : ""}`,
      held !== undefined,
    ),
    text(
      "where",
      "Where",
      `here, me, or a #channel.${held ? now(whereText(held, scene.conversation)) : " Empty: here."}`,
      true,
    ),
    text("name", "What to call it", `e.g. Standup briefing.${held ? now(inert(held.title)) : ""}`, true),
  ];
  const about = schedule === undefined ? (of.plan === undefined ? {} : { plan: of.plan }) : { schedule };
  const meaning = { verb: "sca", ...about } as const;
  const opener = { verb: "scf", ...about } as const;
  const form = scene.composer.form(meaning, opener, {
    title: schedule === undefined ? "Set Up a Briefing" : "Change a Schedule",
    submit: "Show Me the Plan",
    intro: "Nothing is set up by this: I show you the plan first, and what it would post.",
    fields,
  });
  const how =
    "You can also say it in words: `every weekday at 8:30 post the weather in Lisbon and open approvals here`.";
  const question = schedule === undefined ? "What shall I post, when and where?" : "What shall be different?";
  return { replies: [{ ...alone(say(question, [], [{ type: "context", markdown: how }])), form }] };
}

function text(id: string, label: string, hint: string, optional: boolean): FormField {
  return { id, label, type: "text", hint: clip(hint, 100), ...(optional && { optional }) };
}

type Held =
  | { readonly held: undefined }
  | { readonly held: SchedulePlan; readonly schedule: ScheduleId }
  | { readonly held: SchedulePlan; readonly planned: HeldSchedules };

/** What the form is to change, as it is now. A plan that was created meanwhile is the schedule that it set up. */
async function heldBy(deps: OrchestratorDeps, scene: Scene, of: ScheduleFormOf): Promise<Held> {
  if (of.plan !== undefined && of.schedule === undefined) {
    const planned = await heldSchedules(deps, scene, of.plan);
    const [first] = planned.schedules;
    if (first === undefined) return { held: undefined };
    if (planned.plan.state !== "done") return { held: first.after, planned };
    return heldBy(deps, scene, { schedule: first.id });
  }
  if (of.schedule === undefined) return { held: undefined };
  const schedule = await pressedSchedule(deps, scene, { schedule: of.schedule });
  await requireChangeSchedule(deps, scene, schedule);
  return { held: schedule.plan, schedule: schedule.id };
}

/** The answers to that form: read as words are, and planned. @throws NexusError not_allowed */
export async function onScheduleForm(
  deps: OrchestratorDeps,
  scene: Scene,
  of: Pick<ScheduleFormOf, "plan" | "schedule">,
  values: Readonly<Record<string, FormValue>>,
): Promise<Outcome> {
  const { what, when, where, name } = {
    what: typed(values["what"]),
    when: typed(values["when"]),
    where: typed(values["where"]),
    name: typed(values["name"]),
  };
  const read = when === "" ? undefined : readWhenWords(when);
  if (read !== undefined && "unread" in read) return askedAgain(scene, of, read.unread);
  const place = placeOf(where);
  const target = await heldBy(deps, scene, of);
  if ("schedule" in target) {
    const found = await pressedSchedule(deps, scene, target);
    return planEdited(deps, scene, found, { what, when: read, place, name });
  }
  if ("planned" in target) {
    const planned = await planReworked(deps, scene, target.planned, { what, when: read, place, name });
    return "refused" in planned ? askedAgain(scene, of, planned.refused) : planned;
  }
  if (read === undefined || what === "") {
    return askedAgain(scene, of, "I need to know what to tell, and when: fill in both, or say it in words.");
  }
  const said = `${when} post ${what}${where === "" ? "" : ` in ${where}`}`;
  const quoted = /^"(.+)"$/.exec(what)?.[1];
  if (quoted !== undefined)
    return planRecurring(deps, scene, { wish: "schedule_say", when: read, text: quoted, place });
  const wish = { wish: "schedule", when: read, what, place, name: name === "" ? undefined : name, said } as const;
  const planned = await planSchedule(deps, scene, wish);
  return planned ?? { replies: [alone(say("I know nothing here that tells that. `help` names what I can tell."))] };
}

/** Says why nothing came of the form, with a way back to it. */
function askedAgain(
  { composer }: Scene,
  { plan, schedule }: Pick<ScheduleFormOf, "plan" | "schedule">,
  why: string,
): Outcome {
  const opener = { verb: "scf", ...(plan && { plan }), ...(schedule && { schedule }) } as const;
  return { replies: [alone(say(why, [composer.button("Fill It In Again", opener)]))] };
}

function typed(value: FormValue | undefined): string {
  return typeof value === "string" ? value.trim() : "";
}

function placeOf(where: string): SaidPlace | undefined {
  if (where === "") return undefined;
  if (/^(?:me|to me|just me|only me|privately|dm)$/i.test(where)) return "me";
  return /^here$/i.test(where)
    ? "here"
    : { channel: where.startsWith("#") || where.startsWith("<") ? where : `#${where}` };
}

function readWhenWords(words: string): SaidWhen | { readonly unread: string } {
  const said = readable(words);
  const found = said === undefined ? undefined : (readRecurrence(said) ?? readRecurrence(`every day ${said}`));
  if (found !== undefined && "beyond" in found && found.isNo !== undefined) {
    return { unread: noSuch(found.beyond, found.isNo) };
  }
  if (found === undefined || "beyond" in found) {
    return {
      unread: `I can't read “${inert(clip(words, 60))}” as times. Say it like \`every weekday at 8:30\` or \`on the 1st of each month at 9\`.`,
    };
  }
  if (found.left !== "") {
    return {
      unread: `I did not understand “${inert(clip(found.left, 60))}” in that. Say only when, as in \`every weekday at 8:30, not on holidays\`.`,
    };
  }
  return found;
}

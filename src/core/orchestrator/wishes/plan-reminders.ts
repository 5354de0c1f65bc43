import { newId, ReminderId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { moment } from "#core/contract/moment.ts";
import { say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Change, PlannedReminder } from "./plan-change.ts";
import { alone, offerPlan, type PlanDraft } from "./plan-offer.ts";
import { readWhen } from "./remind-when.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** How many reminders one person may have waiting. */
const MOST_WAITING = 100;
/** How far ahead somebody may be reminded. */
const LONGEST_MS = 366 * 24 * 60 * 60_000;
const MOST_TEXT = 300;

/** Plans one reminder, or asks for what is missing: what it is about, or when. */
export async function planReminder(deps: OrchestratorDeps, scene: Scene, rest: string): Promise<Outcome> {
  const when = readWhen(rest, { now: scene.now, ...scene.asker });
  const text = when.text.slice(0, MOST_TEXT);
  if (when.at === undefined && CONDITION.test(rest)) return { replies: [alone(onlyTheClock())] };
  if (when.at === undefined) return { replies: [alone(askWhen(scene, text))] };
  if (text === "") {
    const how = "Say what, and when: `remind me at 15:00 to call Ada`.";
    return { replies: [alone(say(`What shall I remind you of? ${how}`))] };
  }
  if (when.at <= scene.now) {
    const past = `${whenOf(when.at, scene)} is past already.`;
    return {
      replies: [alone(say(`${past} Say a time that is still to come, as in \`remind me tomorrow at 9 to …\`.`))],
    };
  }
  if (when.at.getTime() - scene.now.getTime() > LONGEST_MS) {
    return { replies: [alone(say("That is more than a year ahead, and I keep reminders for a year at most."))] };
  }
  const place = await reminderPlace(deps, scene);
  const reminder = reminderOf(scene, place, { text, at: when.at, isPrivate: false });
  return offerReminders(deps, scene, {
    title: `remind you ${momentIn(when.at, scene)} of: ${inert(text)}`,
    reminders: [reminder],
    items: [
      { label: "What", value: inert(text) },
      { label: "When", value: `${moment(when.at, "date_time")}, ${scene.asker.timeZone}` },
    ],
    notes: [
      ...(when.isHourOurs ? ["You named no hour, so I took one: say it again with a time for another."] : []),
      ...(when.clockNote === undefined ? [] : [when.clockNote]),
      ...placeNote(scene, place),
      ...zoneNote(scene),
    ],
  });
}

/** Plans some reminders, unless there are too many already, or all of them wait as it is. */
export async function offerReminders(
  deps: OrchestratorDeps,
  scene: Scene,
  {
    reminders,
    also,
    ...draft
  }: Omit<PlanDraft, "changes"> & {
    readonly reminders: readonly PlannedReminder[];
    /** What else is set with those that are new. */
    readonly also?: (fresh: readonly PlannedReminder[]) => readonly Change[];
  },
): Promise<Outcome> {
  const waiting = await deps.store.forOrg(scene.turn.org).reminders.waiting(scene.person);
  const fresh = reminders.filter(
    ({ text, dueAt }) => !waiting.some((one) => one.text === text && one.dueAt.getTime() === dueAt),
  );
  if (fresh.length === 0) {
    return { replies: [alone(say("I remind you of that already: `reminders` shows what waits."))] };
  }
  if (waiting.length + fresh.length > MOST_WAITING) {
    const full = `You have ${waiting.length} reminders waiting, and ${MOST_WAITING} are the most I keep for one person.`;
    return { replies: [alone(say(`${full} \`cancel all reminders\` makes room.`))] };
  }
  return offerPlan(deps, scene, {
    ...draft,
    changes: [{ set: "reminders", before: [], after: [...fresh] }, ...(also?.(fresh) ?? [])],
  });
}

/** A reminder for whoever asks. @param place where it is told */
export function reminderOf(
  { actor }: Pick<Scene, "actor">,
  place: Conversation,
  { text, at, isPrivate }: { readonly text: string; readonly at: Date; readonly isPrivate: boolean },
): PlannedReminder {
  return { id: newId(ReminderId), text, dueAt: at.getTime(), isPrivate, actor, conversation: place };
}

/** Where somebody is reminded: alone with NEXUS, where they have spoken so on this platform; else where they ask. */
export async function reminderPlace(
  { store }: Pick<OrchestratorDeps, "store">,
  { turn, actor, conversation }: Pick<Scene, "turn" | "actor" | "conversation">,
): Promise<Conversation> {
  if (conversation.audience === "just_me") return conversation;
  const places = await store.meteringUpkeep.privatePlaces(turn.org, [actor.id]);
  const isSame = (one: Conversation) =>
    one.platform === conversation.platform && one.tenantId === conversation.tenantId;
  return places.find((one) => isSame(one.conversation))?.conversation ?? conversation;
}

/** Where the reminder will be, when that is not here. */
export function placeNote({ conversation }: Pick<Scene, "conversation">, place: Conversation): string[] {
  return place.key === conversation.key ? [] : ["I tell you where only you and I speak, not here."];
}

/** Whose clock was used, where nobody said. */
export function zoneNote({ isZoneKnown, asker }: Scene): string[] {
  return isZoneKnown
    ? []
    : [`Nobody told me your time zone, so I used ${asker.timeZone}: \`time zone\` and a city sets it.`];
}

function momentIn(at: Date, scene: Scene): string {
  const words = whenOf(at, scene);
  return words.includes(":time") ? `at ${words}` : `on ${words}`;
}

/** What only somebody who watches the world could know the time of. */
const CONDITION =
  /\b(?:next time|when(?:ever)?|if|once|as soon as|after|before|until) (?:i|it|the|we|my|our|he|she|they|you|a|an)\b/i;

function onlyTheClock() {
  return say(
    "I can only go by the clock, so I can't tell when that is. Say a time, as in `remind me tomorrow at 9 to …`.",
  );
}

function askWhen(scene: Scene, text: string) {
  const { composer } = scene;
  const about = text === "" ? "to …" : `to ${text}`;
  const question = text === "" ? "When, and of what?" : `When shall I remind you of that: ${inert(text)}?`;
  const actions =
    text === ""
      ? []
      : [
          composer.button("In 20 Minutes", { verb: "say", text: `remind me in 20 minutes ${about}` }),
          composer.button("In 1 Hour", { verb: "say", text: `remind me in 1 hour ${about}` }),
          composer.button("Tomorrow at 9", { verb: "say", text: `remind me tomorrow at 9:00 ${about}` }),
        ];
  const how = `Say it with a time, as in \`remind me at 15:00 ${inert(about)}\` or \`remind me on Monday at 9 ${inert(about)}\`.`;
  return say(question, actions, [{ type: "context", markdown: how }]);
}

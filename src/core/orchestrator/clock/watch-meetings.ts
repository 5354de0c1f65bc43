import { randomBytes } from "node:crypto";
import { z } from "zod";
import { nextLook } from "#core/clock/watches/pace.ts";
import { CapabilityName, ModuleName, newId, type ReminderId, WatchId } from "#core/contract/ids.ts";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { Json } from "#core/contract/json.ts";
import type { Conversation } from "#core/contract/message.ts";
import { moment } from "#core/contract/moment.ts";
import { newCode } from "#core/contract/short-code.ts";
import type { WatchPlan } from "#core/contract/watch.ts";
import type { Repositories, StoredReminder, StoredWatch } from "#core/store/store.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change, PlannedReminder } from "#core/orchestrator/wishes/plan-change.ts";
import { type Ahead, meetingsIn, reminderText } from "#core/orchestrator/wishes/meetings-ahead.ts";
import { telling, writing } from "./watch-outcome.ts";
import { seenBy } from "./watch-tell.ts";

/** The change that has reminders follow their meetings: a watch of the day they are on. */
export function followChange(
  scene: Pick<Scene, "actor" | "now">,
  about: {
    readonly place: Conversation;
    readonly leadMinutes: number;
    readonly result: Extract<AdapterRunResult, { ok: true }>;
    readonly reminders: readonly PlannedReminder[];
    readonly meetings: readonly Ahead[];
  },
): Change[] {
  const { leadMinutes, reminders, meetings } = about;
  const day = z.object({ date: z.iso.date() }).safeParse(about.result.data);
  const followed = reminders.flatMap(({ id, dueAt, text }) => {
    const startMs = dueAt + leadMinutes * 60_000;
    const meeting = meetings.find(
      ({ start, title }) => start.getTime() === startMs && text.startsWith(clip(title, 200)),
    );
    return meeting === undefined ? [] : [{ reminder: id, title: meeting.title, startMs }];
  });
  const last = Math.max(...followed.map(({ startMs }) => startMs));
  if (!day.success || followed.length === 0) return [];
  const plan: WatchPlan = {
    title: "a meeting that you are reminded of is moved",
    module: ModuleName.parse("calendar"),
    capability: CapabilityName.parse("today"),
    input: { date: day.data.date },
    path: ["meetings"],
    test: { is: "meetings", leadMinutes, reminders: followed.slice(0, MOST_FOLLOWED) },
    often: "whenever",
    everyMinutes: 5,
    actor: scene.actor,
    place: about.place,
    isPrivate: true,
    days: 2,
    // A meeting that is put off may still be on the same day, but never starts a day later.
    untilMs: last + DAY_MS,
  };
  return [{ set: "watch", id: newId(WatchId), code: newCode(randomBytes), before: null, after: plan }];
}

const MOST_FOLLOWED = 50;
const DAY_MS = 24 * 60 * 60_000;

/** What the last look knew of the meetings: when each is. */
const Starts = z.record(z.string(), z.number());

/** Where a meeting is by now; `gone` where it is not on the calendar of its day any more. */
interface Followed {
  readonly reminder: StoredReminder;
  readonly title: string;
  readonly now: Ahead | "gone";
}

/**
 * Sets reminders as their meetings are now, and tells of it: one that is moved is reminded of at its new time, and one
 * that is off the calendar no more. It ends with the last reminder that waits.
 */
export async function followMeetings(
  deps: Pick<OrchestratorDeps, "store">,
  scene: Scene,
  watch: StoredWatch,
  data: Json | undefined,
): Promise<Outcome> {
  const { plan } = watch;
  if (plan.test.is !== "meetings") return { replies: [] };
  const { leadMinutes, reminders } = plan.test;
  const starts = Starts.safeParse(watch.seen).data ?? {};
  const waiting = await deps.store.forOrg(scene.turn.org).reminders.waiting(watch.person);
  const open = reminders.flatMap(({ reminder: id, title, startMs }) => {
    const reminder = waiting.find((one) => one.id === id && one.state === "waiting");
    const known = starts[id] ?? startMs;
    // Put off by its person, it is theirs.
    const isOurs = reminder?.dueAt.getTime() === known - leadMinutes * 60_000;
    return reminder === undefined || !isOurs ? [] : [{ reminder, title, known }];
  });
  const meetings = meetingsIn({ data });
  const changed = match(open, meetings);
  const moved: Record<string, number> = { ...starts };
  for (const { reminder, now } of changed) if (now !== "gone") moved[reminder.id] = now.start.getTime();
  const isOver = open.length === 0 || changed.filter(({ now }) => now === "gone").length === open.length;
  const commit = async (inside: Repositories): Promise<void> => {
    await write(scene, watch, {
      isOver,
      isNews: changed.length > 0,
      seen: moved,
      nextAt: nextAt(scene, watch, open, moved),
    })(inside);
    for (const one of changed) await setReminder(inside, scene, one, leadMinutes);
  };
  if (changed.length === 0) return { replies: [], commit };
  const lines = changed.map((one) => words(one, leadMinutes, scene));
  const [summary = ""] = lines;
  const rest = lines.length === 1 ? [] : [{ type: "text", markdown: lines.slice(1).join("\n") } as const];
  const how = { type: "context", markdown: "`reminders` shows what waits." } as const;
  return { ...telling(scene, watch, seenBy(watch, say(summary, [], [...rest, how]))), commit };
}

interface Open {
  readonly reminder: StoredReminder;
  readonly title: string;
  readonly known: number;
}

/** What became of meetings, by their titles: those that stand where they stood are none of those that moved. */
function match(open: readonly Open[], meetings: readonly Ahead[]): Followed[] {
  const left = [...meetings];
  const take = (fits: (one: Ahead) => boolean): Ahead | undefined => {
    const at = left.findIndex(fits);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const stayed = open.filter(({ title, known }) => take((one) => one.title === title && one.start.getTime() === known));
  return open.flatMap((one): Followed[] => {
    if (stayed.includes(one)) return [];
    const { reminder, title } = one;
    return [{ reminder, title, now: take((meeting) => meeting.title === title) ?? "gone" }];
  });
}

function write(
  scene: Scene,
  watch: StoredWatch,
  came: {
    readonly isOver: boolean;
    readonly isNews: boolean;
    readonly seen: Record<ReminderId, number>;
    readonly nextAt: Date;
  },
) {
  return writing(scene, watch, {
    seen: came.seen,
    nextAt: came.nextAt,
    state: came.isOver ? "done" : "on",
    ...(came.isOver && { why: "told" }),
    told: came.isNews,
    failures: 0,
  });
}

/** At the usual pace, and once more just before the next reminder. */
function nextAt(
  { now }: Scene,
  { plan }: StoredWatch,
  open: readonly Open[],
  moved: Readonly<Record<string, number>>,
): Date {
  const usual = nextLook(now, plan.everyMinutes, 0, Math.random());
  const lead = plan.test.is === "meetings" ? plan.test.leadMinutes * 60_000 : 0;
  const before = open
    .map(({ reminder, known }) => (moved[reminder.id] ?? known) - lead - JUST_BEFORE_MS)
    .filter((at) => at > now.getTime() + LEAST_MS);
  return new Date(Math.min(usual.getTime(), ...before));
}

const JUST_BEFORE_MS = 90_000;
const LEAST_MS = 30_000;

async function setReminder(
  inside: Repositories,
  scene: Scene,
  { reminder, now }: Followed,
  leadMinutes: number,
): Promise<void> {
  const { reminders } = inside.forOrg(scene.turn.org);
  if (now === "gone" || now.start <= scene.now) {
    await reminders.end(reminder.id, "ended");
    return;
  }
  await reminders.add({ ...reminder, text: reminderText(now, scene), dueAt: dueFor(now, leadMinutes, scene) });
}

/** What is nearer than the time that was wished for is said at once. */
function dueFor({ start }: Ahead, leadMinutes: number, { now }: Scene): Date {
  return new Date(Math.max(start.getTime() - leadMinutes * 60_000, now.getTime()));
}

function words({ title, now }: Followed, leadMinutes: number, scene: Scene): string {
  const name = `“${clip(inert(title), 120)}”`;
  if (now === "gone") return `${name} is not on your calendar for that day any more, so I don't remind you of it.`;
  const is = `${name} is moved: it begins at ${moment(now.start, "time")} now`;
  if (now.start <= scene.now) return `${is}, which is past. I don't remind you of it.`;
  return `${is}. I remind you at ${whenOf(dueFor(now, leadMinutes, scene), scene)}.`;
}

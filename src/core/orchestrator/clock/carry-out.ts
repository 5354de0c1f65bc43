import type { Conversation } from "#core/contract/message.ts";
import type { SlotState } from "#core/contract/schedule.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { ScheduleOwner } from "./briefing/briefed.ts";
import { composeBriefing } from "./briefing/compose-briefing.ts";
import { lastNews, slotResult } from "./briefing/news.ts";
import { readersOf } from "./briefing/readers.ts";
import type { Section } from "./briefing/section.ts";
import { placesLeft } from "./mail-places.ts";
import { openly } from "#core/orchestrator/openly.ts";
import { reminderPost } from "./reminder-post.ts";
import { runPost } from "./run-post.ts";

/** What one slot of a schedule came to: what goes where, and what is kept of it. */
export interface CarriedOut {
  readonly as: SlotState;
  readonly result: string;
  readonly elsewhere: readonly Elsewhere[];
  /** What else the turn is to do. */
  readonly outcome: Omit<Outcome, "replies" | "elsewhere">;
}

/** How many earlier runs are asked what was said the last time. */
const LOOK_BACK = 20;

/**
 * Does what a schedule is for, once, and says what goes to its place and wherever else it goes.
 * @param place where it posts, as that place is now
 * @throws the signal's reason
 */
export async function carryOut(
  deps: OrchestratorDeps,
  scene: Scene,
  { schedule, owner, place, at }: CarryOrder,
): Promise<CarriedOut> {
  const { plan } = schedule;
  const { task } = plan;
  const also = await placesLeft(deps, scene.turn.org, owner.person, plan.also);
  const to = (conversation: Conversation, reply: Reply): Elsewhere => {
    // Times are drawn by the clock that the schedule goes by, where readers have none of their own.
    return { conversation, actor: { ...plan.actor, ...owner.asker }, reply: openly(reply, conversation) };
  };
  switch (task.do) {
    case "briefing": {
      const former = lastNews(await deps.store.forOrg(scene.turn.org).schedules.slots(schedule.id, LOOK_BACK));
      const wish = { schedule, task, place, shownIn: place, at, former };
      const briefing = await composeBriefing(deps, scene, wish, scene.turn.signal);
      const elsewhere = briefing.reply === undefined ? [] : [to(place, briefing.reply)];
      for (const other of also) {
        const reply = await briefing.at(other);
        if (reply !== undefined) elsewhere.push(to(other, unposted(reply)));
      }
      const { failed, sections, news, isEmpty } = briefing;
      const as = failed.length === sections.length ? "failed" : isEmpty ? "empty" : "done";
      return {
        as,
        result: slotResult(briefingWords(briefing), news),
        elsewhere,
        outcome: { commit: keepFiles(scene, owner, sections) },
      };
    }
    case "say": {
      const post = (where: Conversation): Reply =>
        reminderPost({ schedule, task, at, now: scene.now, composer: scene.composer.at(where) });
      const others = also.filter((other) => !task.isPrivate || readersOf(other) === "alone");
      const elsewhere = [to(place, post(place)), ...others.map((other) => to(other, unposted(post(other))))];
      return { as: "done", result: "said", elsewhere, outcome: {} };
    }
    case "run": {
      const order = { schedule, task, owner, place, shownIn: place, at };
      const { replies, elsewhere = [], ...outcome } = await runPost(deps, scene, order);
      const copies = also.flatMap((other) =>
        replies.filter((reply) => mayGo(reply, other)).map((reply) => to(other, copyOf(reply))),
      );
      const ran = outcome.record?.run?.outcome;
      const isDone = ran === undefined || ran === "ok";
      const result = ran === undefined ? "asked for approval, or could not begin" : isDone ? "run" : `failed: ${ran}`;
      return {
        as: isDone ? "done" : "failed",
        result,
        elsewhere: [...replies.map((reply) => to(place, reply)), ...copies, ...elsewhere],
        outcome,
      };
    }
    default:
      return task satisfies never;
  }
}

/** What is to be carried out, for whom and where. */
export interface CarryOrder {
  readonly schedule: Pick<StoredSchedule, "id" | "plan">;
  readonly owner: ScheduleOwner;
  readonly place: Conversation;
  /** The slot's time. */
  readonly at: Date;
}

/** What the sections' runs want changed in their modules' files; of two of one module, the first one's. */
function keepFiles(
  { turn }: Scene,
  { person }: ScheduleOwner,
  sections: readonly Section[],
): NonNullable<Outcome["commit"]> {
  const changed = sections.flatMap(({ files }) => (files === undefined ? [] : [files]));
  const files = new Map(changed.toReversed().map((one) => [one.module, one]));
  return async (inside) => {
    for (const { module, changes } of files.values()) {
      await inside.forOrg(turn.org).moduleFiles.applyAll(module, person, changes.changes, changes.seen);
    }
  };
}

function briefingWords({
  sections,
  failed,
  isEmpty,
}: Pick<Awaited<ReturnType<typeof composeBriefing>>, "sections" | "failed" | "isEmpty">): string {
  if (isEmpty) return "nothing new";
  const count = `${sections.length} ${sections.length === 1 ? "section" : "sections"}`;
  return failed.length === 0 ? count : `${count}, ${failed.length} failed`;
}

/** Only the post itself says whether the schedule's place is still there. */
function unposted(reply: Reply): Reply {
  const { schedule: _, ...rest } = reply;
  return rest;
}

/** What one person alone may see goes nowhere that others read. */
function mayGo({ visibility }: Reply, other: Conversation): boolean {
  return visibility === "everyone" || readersOf(other) === "alone";
}

/** The words of an answer; its buttons work only where it was given, and a request for approval is decided there. */
function copyOf(reply: Reply): Reply {
  const { card: _, attaches: __, form: ___, ...rest } = unposted(reply);
  return {
    ...rest,
    visibility: "everyone",
    parts: rest.parts.filter(({ type }) => type !== "actions" && type !== "feedback"),
  };
}

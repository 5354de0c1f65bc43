import type { ScheduleTask } from "#core/contract/schedule.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { type BriefedSchedule, ownerOf } from "./briefed.ts";
import { drawBriefing, drawNothing } from "./draw-briefing.ts";
import { DEADLINES, gatherSections } from "./gather-sections.ts";
import { newsOf } from "./news.ts";
import { fewerRights, readersOf } from "./readers.ts";
import type { Section } from "./section.ts";
import type { Deadlines } from "./side-by-side.ts";

export type BriefingTask = Extract<ScheduleTask, { do: "briefing" }>;

/** Which briefing is wanted. */
export interface BriefingWish {
  readonly schedule: BriefedSchedule;
  readonly task: BriefingTask;
  /** Where it is posted, as that place is now. */
  readonly place: Conversation;
  /** Where its buttons are to work: where it is shown. */
  readonly shownIn: Conversation;
  /** The slot's time. */
  readonly at: Date;
  /** What was said the last time; left out, everything is new. */
  readonly former?: string | undefined;
  readonly deadlines?: Deadlines;
}

/** One run of a briefing. */
export interface Briefing {
  /** What is posted; undefined where there is nothing new and nothing is to be said of that. */
  readonly reply: Reply | undefined;
  readonly isEmpty: boolean;
  readonly failed: readonly { readonly title: string; readonly why: string }[];
  readonly sections: readonly Section[];
  /** Names what was said, for the next time. */
  readonly news: string;
  /** The same for another place: with its buttons, and as far as its readers may read it. */
  at(place: Conversation): Promise<Reply | undefined>;
}

/**
 * Makes a briefing as it stands now: the same words for a preview and for the post. Everything in it is read with the
 * rights that its owner has at this moment; nothing in it changes anything.
 * @throws the signal's reason
 */
export async function composeBriefing(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: BriefingWish,
  signal: AbortSignal,
): Promise<Briefing> {
  const { schedule, task, place, at, former, deadlines = DEADLINES } = wish;
  const { plan } = schedule;
  const owner = await ownerOf(deps, scene, plan);
  const ownerName = inert(plan.actor.displayName);
  const now = scene.now;
  const readers = readersOf(place);
  const gather = (as: typeof readers, where: Conversation): Promise<readonly Section[]> => {
    const briefed = { owner, ownerName, place: where, readers: as, now };
    return gatherSections(deps, scene, task.sections, briefed, deadlines, signal);
  };
  const sections = await gather(readers, place);
  const news = newsOf(sections);
  const isEmpty = news === former || sections.every(({ state }) => state === "nothing");
  const draw = (own: readonly Section[], as: typeof readers, shownIn: Conversation): Reply | undefined => {
    const composer = scene.composer.at(shownIn);
    const drawing = { schedule, owner, sections: own, readers: as, at, now, composer };
    if (!isEmpty) return drawBriefing(drawing);
    return task.whenNothing === "line" ? drawNothing(drawing) : undefined;
  };
  return {
    reply: draw(sections, readers, wish.shownIn),
    isEmpty,
    failed: sections.flatMap(({ state, title, lines: [why = ""] }) => (state === "failed" ? [{ title, why }] : [])),
    sections,
    news,
    async at(other) {
      const as = fewerRights(readers, readersOf(other));
      return draw(as === readers ? sections : await gather(as, place), as, other);
    },
  };
}

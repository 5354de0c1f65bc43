import type { ScheduleTask } from "#core/contract/schedule.ts";
import type { Reply } from "#core/contract/reply.ts";
import { type Composer, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { BriefedSchedule } from "./briefing/briefed.ts";
import { lateWords } from "./briefing/late.ts";
import { whoseWords } from "./briefing/whose-words.ts";

/** A reminder that comes again and again, as it is posted. */
export function reminderPost({
  schedule: { id, plan },
  task,
  at,
  now,
  composer,
}: {
  readonly schedule: BriefedSchedule;
  readonly task: Extract<ScheduleTask, { do: "say" }>;
  readonly at: Date;
  readonly now: Date;
  readonly composer: Composer;
}): Reply {
  const late = lateWords(at, now);
  const footer = whoseWords(plan);
  const reply = say(
    `Reminder: ${inert(task.text)}`,
    [
      composer.button("Snooze", { verb: "sch", schedule: id, do: "snooze" }),
      composer.button("Settings", { verb: "sch", schedule: id, do: "settings" }),
    ],
    [{ type: "context", markdown: late === undefined ? footer : `${late} · ${footer}` }],
  );
  const summary = late === undefined ? reply.summary : `${reply.summary} (${late})`;
  return { ...reply, summary, visibility: task.isPrivate ? "only_actor" : "everyone", schedule: id };
}

import type { TaskCardBlock } from "@slack/types";
import { cleanLine } from "#bot/clean-text.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { ProgressStep } from "#core/contract/door.ts";
import type { ActionToken } from "#core/contract/message.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { context, plainText } from "./blocks.ts";
import { ACTION_ID } from "./controls.ts";
import { escapeSlack, quietMarkdown } from "./escape.ts";
import type { SlackBlock, SlackMessage } from "./rendering.ts";
import { shortSummary } from "./text-part.ts";

/**
 * Draws what a turn is doing, with a button that stops it.
 * @param native whether Slack's plan block may be used; else the steps are small print
 */
export function renderProgress(
  title: string,
  steps: readonly ProgressStep[],
  stop: ActionToken,
  native = true,
): SlackMessage {
  const heading = short(title);
  const latest = steps.slice(-SLACK_LIMITS.plan.tasks);
  const running = latest.findLast(({ status }) => status === "running");
  const shown: SlackBlock[] =
    native && latest.length > 0
      ? [{ type: "plan", title: heading, tasks: latest.map(taskCard) }]
      : context([escapeSlack(heading), ...lines(latest)]);
  const text = running === undefined ? heading : `${heading}: ${short(running.title)}`;
  return {
    text: shortSummary(text, SLACK_LIMITS.text),
    blocks: [
      ...shown,
      {
        type: "actions",
        elements: [{ type: "button", action_id: `${ACTION_ID}stop`, text: plainText("Stop"), value: stop }],
      },
    ],
  };
}

/** What a stream is told of a step; told again under the same id, it is changed. https://docs.slack.dev/reference/methods/chat.appendStream */
export interface StepChunk {
  readonly type: "task_update";
  readonly id: string;
  readonly title: string;
  readonly status: TaskCardBlock["status"];
}

/** A step for a stream. Its name is read as markdown there. */
export function stepChunk({ id, title, status }: ProgressStep): StepChunk {
  const name = quietMarkdown(short(title)).slice(0, SLACK_LIMITS.plan.text);
  return { type: "task_update", id, title: name, status: STATES[status] };
}

/** https://docs.slack.dev/reference/block-kit/blocks/task-card-block */
function taskCard({ id, title, status }: ProgressStep): TaskCardBlock {
  return { type: "task_card", task_id: id, title: short(title), status: STATES[status] };
}

/** One element for all steps: a context block holds ten. */
function lines(steps: readonly ProgressStep[]): string[] {
  if (steps.length === 0) return [];
  const written = steps.map(({ title, status }) => `${WORDS[status]}: ${escapeSlack(short(title))}`);
  while (written.join("\n").length > SLACK_LIMITS.textObject) written.shift();
  return [written.join("\n")];
}

/** A step is news for a moment: its name may be cut. */
function short(text: string): string {
  const line = withWrittenMoments(cleanLine(text));
  const limit = SLACK_LIMITS.plan.text;
  if (line === "") return "Working";
  return line.length <= limit ? line : `${line.slice(0, limit - 1).toWellFormed()}…`;
}

const STATES = { running: "in_progress", done: "complete", failed: "error" } as const satisfies Record<
  ProgressStep["status"],
  TaskCardBlock["status"]
>;

/** The state is a word too, for who sees no icon. */
const WORDS = { running: "Now", done: "Done", failed: "Failed" } as const satisfies Record<
  ProgressStep["status"],
  string
>;

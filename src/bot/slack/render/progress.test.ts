import { expect, test } from "vitest";
import type { ProgressStep } from "#core/contract/door.ts";
import { ActionToken } from "#core/contract/message.ts";
import { checkBlocks } from "#test/platforms/slack/block-kit/check-blocks.ts";
import { blockSchema } from "#test/platforms/slack/block-kit/schema.ts";
import { renderProgress } from "./progress.ts";

const STOP = ActionToken.parse("n1.stp.abcdefghijklmnopqrstuv.abcdefghijklmnop");
const STEPS: readonly ProgressStep[] = [
  { id: "a", title: "Reading <!here> October", status: "done" },
  { id: "b", title: "Reading November", status: "running" },
  { id: "c", title: "Writing", status: "failed" },
];
const stop = {
  type: "actions",
  elements: [
    { type: "button", action_id: "nexus:stop", text: { type: "plain_text", text: "Stop", emoji: false }, value: STOP },
  ],
};

test("what a turn is doing is a plan that can be stopped", () => {
  expect(renderProgress("Working on it", STEPS, STOP)).toEqual({
    text: "Working on it: Reading November",
    blocks: [
      {
        type: "plan",
        title: "Working on it",
        tasks: [
          { type: "task_card", task_id: "a", title: "Reading <!here> October", status: "complete" },
          { type: "task_card", task_id: "b", title: "Reading November", status: "in_progress" },
          { type: "task_card", task_id: "c", title: "Writing", status: "error" },
        ],
      },
      stop,
    ],
  });
});

test("without Slack's plan the steps are words", () => {
  const text = "Done: Reading &lt;!here&gt; October\nNow: Reading November\nFailed: Writing";
  expect(renderProgress("Working on it", STEPS, STOP, false).blocks).toEqual([
    {
      type: "context",
      elements: [
        { type: "mrkdwn", text: "Working on it", verbatim: true },
        { type: "mrkdwn", text, verbatim: true },
      ],
    },
    stop,
  ]);
});

test.each([true, false])("Slack takes however many steps there are, however long (with its plan: %s)", (native) => {
  const steps = Array.from({ length: 300 }, (_, index): ProgressStep => {
    return { id: `step ${index}`, title: `${index} ${"<long> ".repeat(60)}`, status: "running" };
  });
  for (const count of [0, 1, 300]) {
    const { text, blocks } = renderProgress("", steps.slice(0, count), STOP, native);
    expect(checkBlocks(blocks, "message", blockSchema())).toBeUndefined();
    expect(text.length).toBeLessThan(3000);
  }
  expect(JSON.stringify(renderProgress("", steps, STOP, native))).toContain("299 ");
});

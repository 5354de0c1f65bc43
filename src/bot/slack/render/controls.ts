import type { Button } from "@slack/types";
import { cleanLine } from "#bot/clean-text.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { Action, Part } from "#core/contract/reply.ts";
import { drawMoments } from "#core/contract/moment.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { inBlocks, plainSections, plainText } from "./blocks.ts";
import type { SlackBlock } from "./rendering.ts";

/** Every `action_id` of ours begins so. It names a place in the message; what a press means is the button's value. */
export const ACTION_ID = "nexus:";

export type ControlPart = Extract<Part, { type: "actions" | "feedback" }>;
type ButtonAction = Extract<Action, { type: "button" }>;

/** Whether a part can be pressed. */
export function isControl(part: Part): part is ControlPart {
  return part.type === "actions" || part.type === "feedback";
}

/** Draws the parts that can be pressed, one after the other: one button of them all at most is the primary one. */
export function createControls(native: boolean): (part: ControlPart) => SlackBlock[] {
  let index = 0;
  let hasPrimary = false;
  const nextId = () => `${ACTION_ID}${index++}`;
  const button = (action: ButtonAction): Button => {
    const style = action.style === "primary" && hasPrimary ? undefined : action.style;
    hasPrimary ||= style === "primary";
    return {
      type: "button",
      action_id: nextId(),
      text: plainText(labelOf(action.label)),
      value: action.token,
      ...(style !== undefined && { style }),
      ...(action.confirm !== undefined && { confirm: confirmOf(action) }),
    };
  };
  return (part) => {
    if (part.type === "actions") {
      const isLong = (action: Action) => action.type === "link" && action.url.length > SLACK_LIMITS.button.url;
      const buttons = part.items
        .filter((action) => !isLong(action))
        .map((action): Button => (action.type === "button" ? button(action) : linkButton(action, nextId())));
      return [...inRows(buttons), ...part.items.filter(isLong).flatMap(writtenLink)];
    }
    return native ? [feedbackButtons(part, nextId())] : inRows(plainFeedback(part, nextId));
  };
}

/** https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element */
function feedbackButtons({ helpful, notHelpful }: Extract<ControlPart, { type: "feedback" }>, id: string): SlackBlock {
  return {
    type: "context_actions",
    elements: [
      {
        type: "feedback_buttons",
        action_id: id,
        positive_button: { text: plainText("Helpful"), accessibility_label: "This answer was helpful", value: helpful },
        negative_button: {
          text: plainText("Not Helpful"),
          accessibility_label: "This answer was not helpful",
          value: notHelpful,
        },
      },
    ],
  };
}

function plainFeedback(
  { helpful, notHelpful }: Extract<ControlPart, { type: "feedback" }>,
  nextId: () => string,
): Button[] {
  return [
    { type: "button", action_id: nextId(), text: plainText("Helpful"), value: helpful },
    { type: "button", action_id: nextId(), text: plainText("Not Helpful"), value: notHelpful },
  ];
}

/** Slack reports the press of a link too; without a value it asks for nothing. */
function linkButton({ label, url }: Extract<Action, { type: "link" }>, id: string): Button {
  return { type: "button", action_id: id, text: plainText(labelOf(label)), url };
}

function writtenLink(action: Action): SlackBlock[] {
  return action.type === "link" ? plainSections(`${labelOf(action.label)}: ${action.url}`) : [];
}

function confirmOf({ confirm, style }: ButtonAction): NonNullable<Button["confirm"]> {
  const limits = SLACK_LIMITS.confirm;
  return {
    title: plainText(within(confirm?.title ?? "", limits.title, "Are you sure?")),
    text: plainText(within(confirm?.text ?? "", limits.text, "This counts as your decision.")),
    confirm: plainText(within(confirm?.ok ?? "", limits.button, "Yes")),
    deny: plainText("Cancel"),
    ...(style === "danger" && { style }),
  };
}

function inRows(buttons: readonly Button[]): SlackBlock[] {
  return inBlocks(buttons, SLACK_LIMITS.actions.elements).map((elements) => ({ type: "actions", elements }));
}

function labelOf(label: string): string {
  return within(label, SLACK_LIMITS.button.text, "Open");
}

/** Core keeps its words within the limits; only a moment written out may be longer than its mark, and gives way to them. */
function within(text: string, limit: number, otherwise: string): string {
  const whole = withWrittenMoments(cleanLine(text));
  const line = whole.length <= limit ? whole : cleanLine(drawMoments(text, () => ""));
  return line === "" ? otherwise : line.slice(0, limit).toWellFormed();
}

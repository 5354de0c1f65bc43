import { ButtonStyle } from "discord-api-types/v10";
import type { ProgressStep } from "#core/contract/door.ts";
import type { ActionToken } from "#core/contract/message.ts";
import { clipText } from "./clip.ts";
import { pressButton, toRows } from "./buttons.ts";
import { message } from "./messages.ts";
import { plainLine } from "./neutral.ts";
import type { DiscordMessage } from "./rendering.ts";

/**
 * The live message of a turn that takes a while, edited as it goes on. It is plain content, because the answer it
 * becomes is, and a message of components cannot become one.
 */
export function renderProgress(title: string, steps: readonly ProgressStep[], stop: ActionToken): DiscordMessage {
  const shown = steps.slice(-MOST_STEPS);
  const earlier = steps.length - shown.length;
  const lines = [
    `**${plainLine(clipText(title, 200))}**`,
    ...(earlier === 0 ? [] : [`-# ${earlier} earlier ${earlier === 1 ? "step" : "steps"}`]),
    ...shown.map(({ title, status }) => `- ${STATES[status]}: ${plainLine(clipText(title, 60))}`),
  ];
  return message(lines.join("\n"), toRows([pressButton("Stop", stop, ButtonStyle.Secondary)]));
}

/** What everyone sees of an answer that went to one person. */
export function renderPrivateNotice(): DiscordMessage {
  return message("I've sent that to you alone.");
}

const MOST_STEPS = 12;
const STATES = { running: "Now", done: "Done", failed: "Failed" } as const satisfies Record<
  ProgressStep["status"],
  string
>;

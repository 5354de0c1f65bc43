import { ButtonStyle, MessageFlags } from "discord-api-types/v10";
import { CANCEL, pressButton, toRows } from "./buttons.ts";
import { toInline } from "./markdown.ts";
import { withReaderMoments } from "./moments.ts";
import { plainLine } from "./neutral.ts";
import type { Confirmation, DiscordMessage } from "./rendering.ts";

/**
 * The second step of a button that asks first, for the presser alone: its button carries the bare token.
 * @param confirmation undefined when it is no longer known; then the button's own label is asked about
 */
export function renderConfirmation(
  token: string,
  label: string,
  confirmation: Confirmation | undefined,
): DiscordMessage {
  const { title, text, ok } = confirmation ?? {
    title: `${label}?`,
    text: "This may not be easy to take back.",
    ok: label,
  };
  return {
    content: withReaderMoments(`**${plainLine(title)}**\n${toInline(text)}`),
    components: toRows([pressButton(ok, token, ButtonStyle.Danger), pressButton("Cancel", CANCEL)]),
    flags: MessageFlags.SuppressEmbeds,
  };
}

/** What the second step says once it was answered: its buttons are gone. */
export function renderConfirmationDone(isConfirmed: boolean): DiscordMessage {
  const content = isConfirmed ? "Confirmed." : "Okay, I left it as it is.";
  return { content, components: [], flags: MessageFlags.SuppressEmbeds };
}

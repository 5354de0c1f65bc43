import { MessageFlags } from "discord-api-types/v10";
import { LIMITS } from "#bot/discord/limits.ts";
import type { ButtonRow } from "./buttons.ts";
import type { DiscordMessage } from "./rendering.ts";

/** The pieces as messages, the buttons on the last; rows beyond what one message takes follow in messages of their own. */
export function toMessages(pieces: readonly string[], rows: readonly ButtonRow[]): DiscordMessage[] {
  const messages = pieces.map((content, index) =>
    message(content, index === pieces.length - 1 ? rows.slice(0, LIMITS.rows) : []),
  );
  return [...messages, ...moreButtons(rows.slice(LIMITS.rows))];
}

/** Messages for the rows that found no room. */
export function moreButtons(rows: readonly ButtonRow[]): DiscordMessage[] {
  return Array.from({ length: Math.ceil(rows.length / LIMITS.rows) }, (_, index) =>
    message("More choices:", rows.slice(index * LIMITS.rows, (index + 1) * LIMITS.rows)),
  );
}

/** A message of plain content, without previews of what it links to. */
export function message(content: string, rows: readonly ButtonRow[] = []): DiscordMessage {
  return { content, components: [...rows], flags: MessageFlags.SuppressEmbeds };
}

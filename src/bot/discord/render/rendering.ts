import type { APIMessageTopLevelComponent, MessageFlags } from "discord-api-types/v10";
import type { ChartPart } from "#core/contract/reply.ts";

/**
 * One message as Discord's REST takes it. `components` and the flag are always there, so that an edit also removes
 * what is gone. A message has either `content` or components of version 2, and never changes from the latter back.
 */
export interface DiscordMessage {
  readonly content?: string;
  readonly components: APIMessageTopLevelComponent[];
  readonly flags: MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;
}

/** A file of a message, by a name that is safe in `attachment://` and the only one of that message. */
export interface DiscordFile {
  readonly name: string;
  readonly mimeType: string;
  /** The alternative text. */
  readonly description: string;
  readonly content: { readonly text: string } | { readonly chart: ChartPart };
}

/** A reply as Discord shows it, the messages in order. */
export interface DiscordRendering {
  readonly messages: readonly DiscordMessage[];
  /** Ten at most, all of one message. */
  readonly files: readonly DiscordFile[];
  /** Which message has the files, by its place in `messages`. */
  readonly filesWith: number;
  /** What to ask before a press counts, by the token of its button: too long for a custom_id, so the door keeps it. */
  readonly confirmations: ReadonlyMap<string, Confirmation>;
}

export interface Confirmation {
  readonly title: string;
  readonly text: string;
  readonly ok: string;
}

export interface RenderOptions {
  /** How old the question is when that deserves a word, else absent. */
  readonly delayedMs?: number;
  /** Whether charts come as pictures; otherwise their figures are written out in full. */
  readonly pictures: boolean;
}

import type { DiscordFile } from "./rendering.ts";

/** A part as Discord markdown, and the files that belong to it. */
export interface DrawnText {
  readonly text: string;
  readonly files: readonly DiscordFile[];
}

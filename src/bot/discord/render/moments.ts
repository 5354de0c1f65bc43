import { drawMoments, type MomentStyle, withoutMomentMarks } from "#core/contract/moment.ts";

/** The text with its moments as Discord draws them: in each reader's own zone and language. */
export function withReaderMoments(text: string): string {
  return withoutMomentMarks(drawMoments(text, (at, style) => `<t:${Math.floor(at.getTime() / 1000)}:${CODES[style]}>`));
}

/** The text with its moments in UTC: for code blocks, files, buttons and alternative texts, where nothing is drawn. */
export function withWrittenMoments(text: string): string {
  return withoutMomentMarks(drawMoments(text, (at, style) => `${FORMATS[style].format(at)} UTC`));
}

/** https://docs.discord.com/developers/reference#message-formatting-timestamp-styles */
const CODES = { time: "t", date: "D", date_time: "f" } as const satisfies Record<MomentStyle, string>;

const inUtc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });

const FORMATS = {
  time: inUtc({ timeStyle: "short" }),
  date: inUtc({ dateStyle: "medium" }),
  date_time: inUtc({ dateStyle: "medium", timeStyle: "short" }),
} as const satisfies Record<MomentStyle, Intl.DateTimeFormat>;

import { writeMoment } from "#bot/written-moments.ts";
import { drawMoments, type MomentStyle, withoutMomentMarks } from "#core/contract/moment.ts";

/** The text with its moments as Discord draws them: in each reader's own zone and language. */
export function withReaderMoments(text: string): string {
  const drawn = drawMoments(text, (at, style) => {
    if (Number.isNaN(at.getTime())) return writeMoment(at, style);
    return `<t:${Math.floor(at.getTime() / 1000)}:${CODES[style]}>`;
  });
  return withoutMomentMarks(drawn);
}

/** https://docs.discord.com/developers/reference#message-formatting-timestamp-styles */
const CODES = { time: "t", date: "D", date_time: "f" } as const satisfies Record<MomentStyle, string>;

import { drawMoments, type MomentStyle, withoutMomentMarks } from "#core/contract/moment.ts";

/** The text with its moments written in UTC: for plain text, code, files and buttons, where no platform draws them. */
export function withWrittenMoments(text: string): string {
  return withoutMomentMarks(drawMoments(text, writeMoment));
}

/** One moment in UTC; “—” when it is beyond what a calendar holds. */
export function writeMoment(at: Date, style: MomentStyle): string {
  if (Number.isNaN(at.getTime())) return "—";
  const [date = "", time = ""] = at.toISOString().split(/[T.]/);
  const clock = `${time.slice(0, 5)} UTC`;
  switch (style) {
    case "time":
      return clock;
    case "date":
      return date;
    case "date_time":
      return `${date} ${clock}`;
    default:
      return style satisfies never;
  }
}

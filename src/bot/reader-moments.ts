import type { Actor } from "#core/contract/message.ts";
import { drawMoments, type MomentStyle } from "#core/contract/moment.ts";
import type { Part, Reply } from "#core/contract/reply.ts";

/** How one moment is written. */
export type DrawMoment = (at: Date, style: MomentStyle) => string;

/** Writes moments for one person, in their own language and zone. An unknown zone or language is that of this machine. */
export function momentsFor(reader: Pick<Actor, "locale" | "timeZone">): DrawMoment {
  return (at, style) => formatter(reader, style).format(at);
}

/** The reply with each moment in its texts drawn by `draw`. */
export function drawReplyMoments(reply: Reply, draw: DrawMoment): Reply {
  const write = (text: string) => drawMoments(text, draw);
  return { ...reply, summary: write(reply.summary), parts: reply.parts.map((part) => drawPart(part, write)) };
}

function drawPart(part: Part, write: (text: string) => string): Part {
  switch (part.type) {
    case "text":
    case "context":
      return { ...part, markdown: write(part.markdown) };
    case "heading":
    case "notice":
    case "code":
      return { ...part, text: write(part.text) };
    case "file":
      return { ...part, text: write(part.text), description: write(part.description) };
    case "fields":
      return { ...part, items: part.items.map(({ label, value }) => ({ label: write(label), value: write(value) })) };
    case "table":
      return {
        ...part,
        caption: write(part.caption),
        columns: part.columns.map((column) => ({ ...column, header: write(column.header) })),
        rows: part.rows.map((row) => row.map((cell) => (typeof cell === "string" ? write(cell) : cell))),
      };
    case "chart":
      return {
        ...part,
        title: write(part.title),
        takeaway: write(part.takeaway),
        categories: part.categories.map(write),
        series: part.series.map((series) => ({ ...series, name: write(series.name) })),
      };
    case "sources":
      return { ...part, items: part.items.map(({ title, url }) => ({ title: write(title), url })) };
    case "actions":
      return { ...part, items: part.items.map((action) => ({ ...action, label: write(action.label) })) };
    case "divider":
    case "feedback":
      return part;
    default:
      return part satisfies never;
  }
}

const STYLES = {
  time: { hour: "numeric", minute: "2-digit" },
  date: { day: "numeric", month: "short", year: "numeric" },
  date_time: { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" },
} as const satisfies Record<MomentStyle, Intl.DateTimeFormatOptions>;

/** Making a formatter costs a hundred times what using it does. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATTERS = 1_000;

function formatter({ locale, timeZone }: Pick<Actor, "locale" | "timeZone">, style: MomentStyle): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${style}`;
  const known = formatters.get(key) ?? makeFormatter(locale, timeZone, style);
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  formatters.set(key, known);
  return known;
}

function makeFormatter(
  locale: string | undefined,
  timeZone: string | undefined,
  style: MomentStyle,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { ...STYLES[style], ...(timeZone !== undefined && { timeZone }) });
  } catch {
    return new Intl.DateTimeFormat(undefined, STYLES[style]);
  }
}

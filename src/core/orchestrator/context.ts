import type { TurnId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { Attachment, Conversation } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";

/** What drawing an answer needs to know besides the run itself. */
export interface AnswerContext {
  readonly turnId: TurnId;
  readonly manifest: Manifest;
  readonly capability: Capability;
  readonly input: JsonObject;
  readonly attachments: readonly Attachment[];
  readonly conversation: Conversation;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  readonly now: Date;
}

/** Private data goes to the person alone wherever others could read it. */
export function visibilityOf(manifest: Manifest, conversation: Conversation): Reply["visibility"] {
  return manifest.dataClass === "private" && conversation.audience !== "just_me" ? "only_actor" : "everyone";
}

/** The time of day in the asker's zone, with the date when it was not today. */
export function clockTime(
  at: Date,
  { asker, now }: { readonly asker: AnswerContext["asker"]; readonly now: Date },
): string {
  const day = formatter("en-CA", asker.timeZone, "day");
  const time = formatter(asker.locale, asker.timeZone, "time").format(at);
  if (day.format(at) === day.format(now)) return time;
  return `${formatter(asker.locale, asker.timeZone, "shortDate").format(at)} ${time}`;
}

const STYLES = {
  day: {},
  time: { hour: "numeric", minute: "2-digit" },
  shortDate: { day: "numeric", month: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making a formatter costs a hundred times what using it does, and every answer has one. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATTERS = 1_000;

function formatter(locale: string, timeZone: string, style: keyof typeof STYLES): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${style}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone, ...STYLES[style] });
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  formatters.set(key, known);
  return known;
}

import type { Recurrence } from "./recurrence.ts";
import { readRecurrence } from "./recurrence.ts";
import { createEater } from "./eater.ts";
import { eatNothing, type WhenNothing } from "./nothing-words.ts";
import { fit, whole } from "./wish-words.ts";
import { readChangeWish, type ScheduleChangeWish } from "./wish-schedule-changes.ts";

/** When, as far as it was said. */
export type SaidWhen = Omit<Recurrence, "left">;

/** Where, as it was typed. */
export type SaidPlace = "here" | "me" | { readonly channel: string };

/** A wish that has something happen again and again, or otherwise. Names are as they were typed. */
export type ScheduleWish =
  | {
      readonly wish: "schedule";
      readonly when: SaidWhen;
      /** What is to be in it, each as it was said; empty where only a briefing was asked for. */
      readonly what: string;
      readonly place: SaidPlace | undefined;
      /** By e-mail besides: to the address that was said, or the asker's own. */
      readonly mail?: { readonly address?: string };
      /** What it does when there is nothing new, where that was said. */
      readonly whenNothing?: WhenNothing;
      /** How it was called: “standup”. */
      readonly name: string | undefined;
      /** The whole sentence, to be said again with what was missing. */
      readonly said: string;
    }
  | {
      readonly wish: "schedule_say";
      readonly when: SaidWhen;
      readonly text: string;
      readonly place: SaidPlace | undefined;
    }
  /** More often, or otherwise, than a clock can. */
  | {
      readonly wish: "schedule_beyond";
      readonly beyond: string;
      /** Not a rhythm but a time or a zone, and one that there is not. */
      readonly isNo?: "time" | "zone";
      readonly text: string;
    }
  | ScheduleChangeWish;

/** A wish about what NEXUS does by the clock, or undefined. */
export function readScheduleWish(said: string): ScheduleWish | undefined {
  if (QUESTION.test(said)) return undefined;
  const change = readChangeWish(said);
  if (change !== undefined) return change;
  const when = FINITE.test(said) ? undefined : readRecurrence(said);
  if (when === undefined) return undefined;
  if ("beyond" in when)
    return (when.isNo === undefined ? LEADING : ASKING).test(said)
      ? { wish: "schedule_beyond", ...when, text: said }
      : undefined;
  const { left, ...rule } = when;
  return readRecurringReminder(left, rule, said) ?? readBriefing(left, rule, said);
}

/** “For each day this week” is asked now, of some days. */
const FINITE =
  /\b(?:for|of) (?:each|every) (?:single )?(?:day|week|hour|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|\b(?:each|every) \w+ (?:this|next|last|of (?:this|the)) (?:week|month|year)\b(?<!of the month)/i;

/** Who asks about what there is, or tells of it, wants nothing set up. */
const QUESTION =
  /^(?:who|what|what's|whats|when|where|why|how|which|is|are|was|were|did|does|do (?:i|we|you|they)|has|have|had|should|shall|if|i|we|he|she|they|it|the|my|our|his|her|their|there|bob|people|nobody|somebody|someone|everyone|everybody)\b(?! ?(?:standup|morning|daily|weekly)? ?(?:briefing|digest|reminder)s? (?:should|must|needs? to|can))/i;

const STRONG = "post|send|deliver|publish|e-?mail|mail|dm|message|remind|brief|schedule|announce";
const WEAK =
  "show|tell|give|list|share|bring|get|say|write|read|run|put|check|report|repeat|ping|let|set up|set|create|make|add|start|prepare|compile|drop";
const LEADING = new RegExp(
  String.raw`(?:^|\b(?:week|month|(?:mon|tues|wednes|thurs|fri|satur|sun)?day|year|morning|hours?|seconds?)s?,? )(?:${STRONG}|${WEAK})\b`,
  "i",
);
/** Anywhere: what is no time or no zone stands before it, or behind. */
const ASKING = new RegExp(String.raw`(?:^|[\s,])(?:${STRONG}|show|tell|give|bring)\b`, "i");

const WHO = String.raw`(?:me|us|the team|the channel|everyone|everybody|people|all of us)`;
const BRIEFING = String.raw`(?:briefings?|digests?|round-?ups?|summary|summaries|overviews?|reports?|updates?|bulletins?)`;
const NAME = String.raw`(?<name>[\w][\w' -]{0,30}?)`;
const WITH = String.raw`(?:with|of|about|on|for|containing|including|that (?:has|includes|shows)|showing|covering|:)`;

const BRIEFINGS = [
  whole(
    String.raw`(?:${STRONG}|${WEAK})(?: (?<who>${WHO}))?(?: with)? (?:an? |the |our |my )?(?:(?:daily|weekly|monthly|new|short|quick|regular|recurring) )*(?:${NAME} )?${BRIEFING}(?: (?:post|schedule))?(?:,? ?${WITH} (?<what>.+))?`,
  ),
  whole(
    String.raw`(?:i want|i'd like|i would like|i need|we want|we need)(?: (?:to (?:get|have|see|receive)|to be sent))? (?:an? |the )?(?:(?:daily|weekly|monthly|new|short|quick) )*(?:${NAME} )?${BRIEFING}(?:,? ?${WITH} (?<what>.+))?`,
  ),
];
const POSTS = [
  whole(String.raw`(?<verb>${STRONG}|${WEAK})(?: (?<who>${WHO}))?(?: about| of| with| that| what)? (?<what>.+)`),
  whole(String.raw`(?<verb>brief) (?<who>${WHO})(?: (?:on|about) (?<what>.+))?`),
];

/** What is asked for in words that follow “tell me”, and is no section of a briefing. */
const NO_WHAT =
  /^(?:when(?:ever)?|if|whether|once|as soon as|why|how (?:often|many|much|long|do|does|did|to|come)|who|about (?:it|that|this|yourself)|it|that|this|them|him|her|a joke about|to|not|your|you|the (?:truth|difference)|more|less|up\b|down\b|so|me\b|feedback|back|money|flowers|an? (?:new )?(?:module|key|channel|user|account|table|list of))\b/i;

function readBriefing(left: string, when: SaidWhen, said: string): ScheduleWish | undefined {
  const eater = createEater(left);
  const mail = readMail(eater);
  const place = readPlace(eater);
  const whenNothing = eatNothing(eater);
  const rest = eater.left();
  if (mail !== undefined && MAIL_ALONE.test(rest)) return undefined;
  const briefing = fit(rest, BRIEFINGS);
  const found = briefing ?? fit(rest, POSTS);
  if (found === undefined) return undefined;
  const what = (found["what"] ?? "").trim();
  if (briefing === undefined) {
    const verb = found["verb"] ?? "";
    const isSure = new RegExp(`^(?:${STRONG})$`, "i").test(verb) || !when.isHourOurs || place !== undefined;
    if (what === "" || NO_WHAT.test(what) || SETTING.test(`${verb} ${what}`)) return undefined;
    if (!isSure && (when.isSlow || !/^(?:show|tell|give|bring|get|list)$/i.test(verb))) return undefined;
    if (
      /^(?:set|create|make|add|start|get|drop|let|run|put|read|write|check|say)$/i.test(verb) &&
      place === undefined &&
      found["who"] === undefined
    )
      return undefined;
  } else if (what !== "" && NO_WHAT.test(what)) {
    return undefined;
  }
  const isMe = /^me$/i.test(found["who"] ?? "");
  return {
    wish: "schedule",
    when,
    what,
    place: place ?? (isMe ? "me" : found["who"] === undefined ? undefined : "here"),
    ...(mail && { mail }),
    ...(whenNothing && { whenNothing }),
    name: nameIn(found["name"]),
    said,
  };
}

/** Of these the rhythm is part of something else: a limit, a rule, a reminder before meetings. */
const SETTING = /\b(?:limit|quota|budget|units?|reset|policy|grant|role|time ?zone|password|key)\b/i;
const MAIL_ALONE = /^(?:e-?mail|mail)$/i;

const REMIND = [
  whole(
    String.raw`(?:remind|ping|nudge|alert|notify) (?<who>${WHO})(?:(?: again)? (?:to|about|of|that|for|it's time (?:to|for)))(?<text> .+)`,
  ),
  whole(
    String.raw`(?:set|create|make|add|schedule|give me|set up|i need|i want|i'd like|get me)(?: (?<who>me|us))? (?:an? |the )?(?:(?:recurring|repeating|regular|daily|weekly|monthly|new) )*reminders?(?: for (?:me|us))? (?:to|about|of|that|for)(?<text> .+)`,
  ),
  whole(String.raw`(?:say|write|post) (?<quoted>"[^"]{2,200}")(?: (?:to (?<who>${WHO})))?`),
];
const NO_REMINDER = /^(?:him|her|them|you|how|what|who|when|where|which|why|someone|somebody)\b/i;

/** What is to be told anew each time, not said in the same words. */
const MEETINGS = /^(?:my |the |today's )?(?:meetings?|calls|appointments|calendar|agenda)(?: of the day| today)?$/i;

function readRecurringReminder(left: string, when: SaidWhen, sentence: string): ScheduleWish | undefined {
  const eater = createEater(left);
  const place = readPlace(eater);
  const found = fit(eater.left(), REMIND);
  const text = (found?.["text"] ?? found?.["quoted"])?.trim().replaceAll(/^"|"$/g, "");
  if (found === undefined || text === undefined || text === "" || NO_REMINDER.test(text)) return undefined;
  if (MEETINGS.test(text))
    return { wish: "schedule", when, what: "today's meetings", place: place ?? "me", name: undefined, said: sentence };
  const who = found["who"]?.toLowerCase();
  const said = found["quoted"] !== undefined || (who !== undefined && who !== "me") ? "here" : "me";
  return { wish: "schedule_say", when, text, place: place ?? said };
}

const CHANNEL = String.raw`(?:#[\p{L}\d_.-]+|<#[^>]+>)`;
const PLACES = [
  new RegExp(
    String.raw`,? ?\b(?:in|to|into|on|for|at)(?: the)?(?: channel)? (?<channel>${CHANNEL})(?: channel)?(?![\p{L}\d])`,
    "iu",
  ),
  /,? ?\b(?:(?:in|to|into|for) (?<here>here|this (?:channel|chat|conversation|thread|room|group|dm))|(?<here2>here))(?=$|[ ,])/i,
  /,? ?\b(?:(?:just |only )?(?:to|for) (?<me>me|myself)(?: (?:only|alone))?|(?:in|by|via|through|to) (?:my |a )?(?<me2>dms?|direct messages?|private)|(?<me3>privately))(?=$|[ ,])/i,
];

function readPlace(eater: ReturnType<typeof createEater>): SaidPlace | undefined {
  for (const pattern of PLACES) {
    const found = eater.eat(pattern);
    if (found === undefined) continue;
    const { channel } = found;
    if (channel !== undefined) return { channel };
    return found["here"] === undefined && found["here2"] === undefined ? "me" : "here";
  }
  return undefined;
}

const ADDRESS = String.raw`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`;
const MAILS = [
  new RegExp(
    String.raw`,? ?\b(?:also )?(?:by|via|per|as|in|through|to)(?: an?| my)? e-?mails?(?: (?:to )?(?<address>${ADDRESS}))?(?: too| as well)?\b`,
    "i",
  ),
  new RegExp(String.raw`,? ?\b(?:to|at) (?<address>${ADDRESS})`, "i"),
];
const MAIL_VERB = /^e-?mail(?= )/i;

function readMail(eater: ReturnType<typeof createEater>): { readonly address?: string } | undefined {
  for (const pattern of MAILS) {
    const found = eater.eat(pattern);
    if (found !== undefined) return found["address"] === undefined ? {} : { address: found["address"] };
  }
  return eater.find(MAIL_VERB) === undefined && !MAIL_VERB.test(eater.left()) ? undefined : {};
}

function nameIn(name: string | undefined): string | undefined {
  const plain = name?.replace(/^(?:an?|the|our|my|daily|weekly|monthly|new|short)\b ?/i, "").trim();
  return plain === undefined || plain === "" ? undefined : plain;
}

import { OF_CALENDAR, readRecurrence, type Recurrence } from "./recurrence.ts";
import { PLAIN_TIME, readTime, TIME } from "./clock-words.ts";
import { NEWS, NO_NEWS, type WhenNothing } from "./nothing-words.ts";
import { fit, whole } from "./wish-words.ts";

/** What is to become of a schedule that there is. */
export type ScheduleChangeWish = {
  readonly wish: "schedule_change";
  /** How it was called: its title, words of it, its code, or nothing where only one can be meant. */
  readonly which: string;
} & (
  | { readonly do: "end" | "resume" | "holidays" }
  | { readonly do: "show" }
  | { readonly do: "preview" }
  | { readonly do: "run" }
  | { readonly do: "adopt" }
  /** With the address of the calendar that has them, where one was named. */
  | { readonly do: "no_holidays"; readonly calendar?: string }
  /** Until a day or a time, as it was said; for good where none was. */
  | { readonly do: "pause"; readonly until: string | undefined }
  /** The runs of that day. */
  | { readonly do: "skip"; readonly day: string }
  | { readonly do: "move"; readonly to: Omit<Recurrence, "left"> | { readonly minutes: number } }
  | { readonly do: "place"; readonly channel: string }
  | { readonly do: "add" | "drop"; readonly what: string }
  | { readonly do: "name"; readonly name: string }
  | { readonly do: "nothing"; readonly whenNothing: WhenNothing }
);

const NOUN = String.raw`(?:briefings?|digests?|round-?ups?|schedules?|recurring (?:reminder|post)s?)`;
const THE = String.raw`(?:(?:the|my|our|that|this|your) )?`;
const WHICH = String.raw`${THE}(?:(?<which>[\w#][\w#' -]{0,40}?) )?${NOUN}(?: (?<code>[A-Z0-9]{4}))?(?: (?:in|for) (?<place>#[\w-]+|here))?`;
const DAY = String.raw`(?:today|tonight|tomorrow|(?:this |next |on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|this week|next week)`;

const END = [
  whole(`(?:stop|end|cancel|delete|remove|quit|kill|get rid of|turn off|switch off) ${WHICH}`),
  whole(`(?:stop|quit) (?:sending|posting|giving|showing)(?: me| us)? ${WHICH}`),
  whole(`no more ${WHICH}`),
];
const PAUSE = [
  whole(`(?:pause|suspend|mute|silence|snooze|hold|put on hold) ${WHICH}(?: (?:until|till|to|for) (?<until>.{2,30}))?`),
  whole(`put ${WHICH} on hold(?: (?:until|till|for) (?<until>.{2,30}))?`),
];
const RESUME = [whole(`(?:resume|unpause|continue|restart|turn on|switch on|start) ${WHICH}(?: again)?`)];
const SKIP = [
  whole(`(?:skip|leave out|cancel|drop) ${WHICH} (?:for |on |of )?(?<day>${DAY})`),
  whole(`(?:skip|leave out|cancel|drop) (?<day>${DAY})'s ${WHICH.replace(THE, "")}`),
  whole(`(?:no|don't (?:post|send)) ${WHICH} (?<day>${DAY})`),
];
const MOVE = [
  whole(`(?:move|change|reschedule|shift|set|put|switch) ${WHICH} (?:to|for|at) (?<to>.{1,60})`),
  whole(`(?:post|send|run) ${WHICH} (?<to>(?:at|every|each|on) .{1,60}) (?:instead|from now on)`),
  whole(`${WHICH} (?:should|must) (?:be|come|run|be posted|go out) (?<to>(?:at|every|on) .{1,60})`),
];
const ADD = [
  whole(`(?:add|include|put) (?<what>.{2,80}?) (?:to|in|into|with) ${WHICH}`),
  whole(`${WHICH} should(?: also)? (?:include|have|show) (?<what>.{2,80})`),
];
const DROP = [
  whole(`(?:remove|drop|take|leave|delete) (?<what>.{2,80}?) (?:from|out of) ${WHICH}`),
  whole(`${WHICH} without (?<what>.{2,80})`),
];
const HOLIDAY = String.raw`(?:public |bank |national )?holidays`;
const NO_HOLIDAYS = [
  whole(`(?:no|not|skip|don't (?:post|send|run)) ${WHICH} on ${HOLIDAY}${OF_CALENDAR}`),
  whole(
    `${WHICH},? (?:but )?(?:(?:should|must) )?(?:not|never|shouldn't)(?: (?:run|come|be posted))? on ${HOLIDAY}${OF_CALENDAR}`,
  ),
];
const HOLIDAYS = [whole(`(?:post|send|run) ${WHICH} (?:also |even )?on ${HOLIDAY}(?: too| as well)?`)];
const ADOPT = [whole(`(?:adopt|take over|take on|make me the owner of) ${WHICH}`)];
const NAME = [whole(`(?:rename|call) ${WHICH} (?:to |as |into )?"?(?<name>[\\w][^"]{1,60}?)"?`)];

const SHOW = [whole(`(?:show|open)(?: me)? ${WHICH}`)];
const PREVIEW = [whole(`preview ${WHICH}`)];
const RUN = [whole(`(?:run|trigger) ${WHICH}`)];

const SILENT = [
  whole(`only (?:post|send|run) ${WHICH} (?:if|when) ${NEWS}`),
  whole(`(?:post|send|run) ${WHICH} only (?:if|when) ${NEWS}`),
  whole(`(?:don't|do not|never) (?:post|send|run) ${WHICH} (?:if|when) ${NO_NEWS}`),
  whole(`(?:make|keep|leave) ${WHICH} (?:silent|quiet) (?:if|when) ${NO_NEWS}`),
];
const LINE = [whole(`(?:post|send|run) ${WHICH} (?:even|also) (?:if|when) ${NO_NEWS}`)];

const LOOKS = [
  ["show", SHOW],
  ["preview", PREVIEW],
  ["run", RUN],
] as const;

const CUE = /\b(?:briefing|digest|round-?up|schedule|recurring)/i;
/** “My schedule tomorrow” is a calendar's. */
const CALENDAR =
  /^(?:(?:show|tell|give|what|list|check|clear|cancel|change|move|open)\b.*)?\b(?:my|your|our) (?:work )?schedule\b/i;

/** A wish that changes a schedule that there is; undefined for all else. */
export function readChangeWish(said: string): ScheduleChangeWish | undefined {
  if (!CUE.test(said) || CALENDAR.test(said)) return undefined;
  const wish = "schedule_change";
  const silent = fit(said, SILENT);
  if (silent !== undefined) return { wish, which: whichOf(silent), do: "nothing", whenNothing: "silent" };
  const line = fit(said, LINE);
  if (line !== undefined) return { wish, which: whichOf(line), do: "nothing", whenNothing: "line" };
  const skip = fit(said, SKIP);
  if (skip !== undefined) return { wish, which: whichOf(skip), do: "skip", day: skip["day"] ?? "" };
  const none = fit(said, NO_HOLIDAYS);
  if (none !== undefined) {
    const { calendar } = none;
    return { wish, which: whichOf(none), do: "no_holidays", ...(calendar !== undefined && { calendar }) };
  }
  const also = fit(said, HOLIDAYS);
  if (also !== undefined) return { wish, which: whichOf(also), do: "holidays" };
  const drop = fit(said, DROP);
  if (drop !== undefined) return { wish, which: whichOf(drop), do: "drop", what: drop["what"] ?? "" };
  const end = fit(said, END);
  if (end !== undefined) return { wish, which: whichOf(end), do: "end" };
  const adopt = fit(said, ADOPT);
  if (adopt !== undefined) return { wish, which: whichOf(adopt), do: "adopt" };
  const pause = fit(said, PAUSE);
  if (pause !== undefined) return { wish, which: whichOf(pause), do: "pause", until: pause["until"] };
  const resume = fit(said, RESUME);
  if (resume !== undefined && !/\b(?:a|an|new|daily|weekly)\b/i.test(whichOf(resume))) {
    return { wish, which: whichOf(resume), do: "resume" };
  }
  const add = fit(said, ADD);
  if (add !== undefined && !/^an? /i.test(add["what"] ?? "")) {
    return { wish, which: whichOf(add), do: "add", what: add["what"] ?? "" };
  }
  const move = fit(said, MOVE);
  const to = move?.["to"];
  if (move !== undefined && to !== undefined) return moved(whichOf(move), to);
  const name = fit(said, NAME);
  if (name !== undefined) return { wish, which: whichOf(name), do: "name", name: name["name"] ?? "" };
  for (const [looked, patterns] of LOOKS) {
    const found = fit(said, patterns);
    if (found !== undefined) return { wish, which: whichOf(found), do: looked };
  }
  return undefined;
}

function moved(which: string, to: string): ScheduleChangeWish | undefined {
  const wish = "schedule_change";
  const channel = /^(?:#[\w-]+|<#[^>]+>)$/.exec(to)?.[0];
  if (channel !== undefined) return { wish, which, do: "place", channel };
  const time = new RegExp(`^(?:at )?(?:${TIME}|${PLAIN_TIME})$`, "i").test(to)
    ? readTime(to.replace(/^at /i, ""))
    : undefined;
  if (time !== undefined) return { wish, which, do: "move", to: { minutes: time.minutes } };
  const rule = readRecurrence(to);
  if (rule === undefined || "beyond" in rule || rule.left !== "") return undefined;
  const { left: _, ...when } = rule;
  return { wish, which, do: "move", to: when };
}

function whichOf(groups: Readonly<Record<string, string | undefined>>): string {
  return (groups["code"] ?? groups["which"] ?? groups["place"] ?? "").trim();
}

import { fit, whole } from "./wish-words.ts";
import { QUIET, QUIET_HOURS, readQuiet, type SaidQuiet } from "./quiet-words.ts";

/** Which schedules are to be quiet: one by its name or code, one's own, those of this place; briefings alone, or all. */
export type QuietOf = { readonly name: string } | { readonly all: "mine" | "here"; readonly isBriefings: boolean };

/** A wish about when nothing is posted by the clock. */
export type QuietWish = { readonly wish: "schedule_quiet" } & (
  | { readonly do: "set"; readonly of: QuietOf; readonly quiet: SaidQuiet }
  | { readonly do: "off"; readonly of: QuietOf }
  | { readonly do: "show" }
  /** Quiet hours, but none were said. */
  | { readonly do: "ask" }
);

const NOUN = String.raw`(?<noun>briefings?|digests?|round-?ups?|schedules?|recurring (?:reminder|post)s?)`;
const WHICH = String.raw`(?:(?<whose>the|my|our|that|this|your|any|all) )?(?:(?<which>(?!(?:me|us|anything|it)\b)[\w#][\w#' -]{0,40}?) )?${NOUN}(?: (?<code>[A-Z0-9]{4}))?(?: (?:in|for) (?<place>#[\w-]+|here))?`;
const HERE = String.raw`(?: (?:here|in here|in this (?:channel|chat|conversation)))?`;

const SET = [
  whole(
    String.raw`(?:do not|don't|never|stop) (?:post|send|publish|run|give)(?:ing)?(?: me| us)?(?: (?:anything|messages|posts|${WHICH}))?${HERE} ${QUIET}`,
  ),
  whole(String.raw`(?:(?:be|stay|keep|keep (?:it|everything|things)) )?(?:quiet|silent)${HERE} ${QUIET}`),
  whole(
    String.raw`(?:(?:set|make|change|put|have|use|want|need|add)(?: up)? )?(?:(?<whose>my|our|the) )?quiet (?:hours|time)${HERE}(?: (?:to|be|are|for|as|at))?:? ${QUIET_HOURS}`,
  ),
  whole(String.raw`(?:make|keep|have|let) ${WHICH} (?:be |stay )?(?:quiet|silent) ${QUIET}`),
  whole(String.raw`(?:mute|silence|quieten) (?:${WHICH}|everything|yourself|this channel)${HERE} ${QUIET}`),
  whole(String.raw`${WHICH} (?:should|must|shall) (?:be|stay|keep) (?:quiet|silent) ${QUIET}`),
  whole(
    String.raw`${WHICH},? (?:but )?(?:(?:should|must) )?(?:not|never|shouldn't|mustn't)(?: (?:run|come|post|be posted))? ${QUIET}`,
  ),
  whole(String.raw`no (?:more )?(?:${WHICH}|messages|posts)${HERE} ${QUIET}`),
];
const QUIET_NOUN = String.raw`quiet (?:hours?|times?)`;
const DROP = String.raw`(?:turn off|switch off|remove|drop|clear|cancel|delete|end|stop|no more|no|disable|lift)`;
const OFF = [
  whole(String.raw`${DROP} (?:(?<whose>my|our|the|all|all my) )?${QUIET_NOUN}${HERE}`),
  whole(String.raw`(?:turn|switch) (?:(?<whose>my|our|the|all|all my) )?${QUIET_NOUN}${HERE} off`),
  whole(String.raw`${DROP} (?:the )?${QUIET_NOUN} (?:of|for|from|in) ${WHICH}`),
  whole(String.raw`${DROP} ${WHICH}'s ${QUIET_NOUN}`),
];
const SHOW = [
  whole(String.raw`(?:what|when|which) (?:are|were|is) (?:(?:my|our|the|your) )?${QUIET_NOUN}${HERE}`),
  whole(String.raw`(?:show|list|tell|check)(?: me)? (?:(?:my|our|the|all) )?${QUIET_NOUN}${HERE}`),
  whole(String.raw`(?:(?:do (?:i|we) have|are there|have i set)(?: any)? )?${QUIET_NOUN}${HERE}`),
];
const ASK = whole(
  String.raw`(?:set|make|turn on|switch on|add|enable|change|have|want|need)(?: me)?(?: up)? (?:(?:my|our|some|the) )?${QUIET_NOUN}${HERE}`,
);

const CUE = /\b(?:quiet|silent|mute|silence|quieten|no|not|never|don't|stop|shouldn't|mustn't)\b/i;

/** A wish to have nothing posted at some hours or on some days, or to know of such hours; undefined for all else. */
export function readQuietWish(said: string): QuietWish | undefined {
  if (!CUE.test(said)) return undefined;
  const wish = "schedule_quiet";
  if (fit(said, SHOW) !== undefined) return { wish, do: "show" };
  if (ASK.test(said)) return { wish, do: "ask" };
  const off = fit(said, OFF);
  if (off !== undefined) return { wish, do: "off", of: quietOf(off) };
  const set = fit(said, SET);
  const quiet = set && readQuiet(set);
  return quiet && { wish, do: "set", of: quietOf(set), quiet };
}

function quietOf({ code, which, place, whose, noun }: Readonly<Record<string, string | undefined>>): QuietOf {
  const name = (code ?? which ?? place ?? "").trim();
  if (name !== "" && !/^here$/i.test(name)) return { name };
  return {
    all: /\bmy$/i.test(whose ?? "") ? "mine" : "here",
    isBriefings: noun !== undefined && !/^(?:schedule|recurring)/i.test(noun),
  };
}

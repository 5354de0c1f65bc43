import type { Eater } from "./eater.ts";

/** What a briefing does when there is nothing new: one line, or no post at all. */
export type WhenNothing = "line" | "silent";

/** “There is something new”, as part of a pattern. */
export const NEWS = String.raw`(?:(?:there(?:'s| is| are)|(?:it|you) ha(?:s|ve)) )?(?:something|anything|any|some|news|changes?)(?: (?:is|are|has))?(?:(?: that)?(?:'s| is)? (?:new|news|changed|changes?|to (?:report|tell|say)))?`;
/** “There is nothing new”. */
export const NO_NEWS = String.raw`(?:(?:there(?:'s| is| are)|it has|you have) )?(?:nothing|no news|no changes?)(?: (?:is|has))?(?: (?:new|changed|to (?:report|tell|say)))?`;
/** The end, or where something else was taken out. */
const END = String.raw`(?=$|[ ,\uE000])`;
const SILENT = [
  new RegExp(String.raw`,? ?\b(?:but |and )?only (?:if|when|where) ${NEWS}${END}`, "i"),
  new RegExp(
    String.raw`,? ?\b(?:but |and )?(?:not|never|nothing|no post|stay(?:ing)? (?:quiet|silent)|be (?:quiet|silent)|silent(?:ly)?|skip it|don't post(?: it)?|unless)(?: (?:if|when|where))? ${NO_NEWS}${END}`,
    "i",
  ),
];
const LINE = [
  new RegExp(
    String.raw`,? ?\b(?:but |and )?(?:even|also|with a line|(?:say|tell me) so) (?:if|when|where) ${NO_NEWS}${END}`,
    "i",
  ),
];

/** Takes what is said of runs with nothing new out of a sentence; undefined where nothing is. */
export function eatNothing(eater: Eater): WhenNothing | undefined {
  if (SILENT.some((pattern) => eater.eat(pattern) !== undefined)) return "silent";
  return LINE.some((pattern) => eater.eat(pattern) !== undefined) ? "line" : undefined;
}

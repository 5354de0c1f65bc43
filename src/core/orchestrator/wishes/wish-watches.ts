import type { WatchWish } from "./wish.ts";
import { whole } from "./wish-words.ts";

const TELL = String.raw`(?:tell|ping|notify|alert|warn|message|dm|inform|nudge|remind) (?:me|us)|let (?:me|us) know|give (?:me|us) (?:a shout|a heads[- ]up|a ping|an alert)|(?:i want|i'd like|i would like|i need) to (?:know|be told|hear)|keep me posted|shout|watch for(?: me)?`;
const WHEN = String.raw`(?<often>whenever|every time|each time|any time|anytime)|when|once|as soon as|the moment|if|in case`;
const WATCH = whole(`(?:${TELL})(?: here)?,? (?<when>${WHEN}) (?<clause>.{4,160})`);
const TURNED = whole(`(?<when>${WHEN}) (?<clause>.{4,140}?), (?:please )?(?:${TELL})(?: here)?`);

/** A wish to be told, or undefined: a question for a time, or for how things are now, is none. */
export function readWatchWish(said: string): WatchWish | undefined {
  if (!CUE.test(said)) return undefined;
  const groups = (WATCH.exec(said) ?? TURNED.exec(said))?.groups;
  const { when = "", clause = "", often } = groups ?? {};
  if (clause === "" || NO_NEWS.test(clause) || !isNews(said, when, clause)) return undefined;
  return { wish: "watch", clause: clause.trim(), often: often === undefined ? "once" : "whenever", said };
}

const CUE = /\b(?:when|whenever|once|soon|moment|time|anytime|if|case)\b/i;
/** What only people can know of themselves, and what is asked for, not waited for. */
const NO_NEWS =
  /^(?:you|i|we|he|she|they)(?:'|\b)|^(?:to|not|ever|was|were|is|are|did|does|do|should|can|could|would|will i|must)\b|\b(?:think|thought|feel|want|need|like|please)\b|\?$/i;

/**
 * “Tell me when the meeting is” asks for a time, and “let me know if it is raining” for how things are. “If” counts only
 * with words for something that happens; a bare “is” counts never.
 */
function isNews(said: string, when: string, clause: string): boolean {
  if (
    /\b(?:is|are|was|were|will be|do|does|did)(?: (?:it|that|this|due|next|on|today|tomorrow|scheduled|planned|supposed to be))*$/i.test(
      clause,
    )
  )
    return false;
  if (/^(?:if|in case)$/i.test(when)) return HAPPENS.test(clause) && !/^tell/i.test(said);
  const isAsking = /^(?:tell (?:me|us)|i (?:want|need)|i'd|i would)/i.test(said);
  return !isAsking || !TIME_ASKED.test(clause);
}

/** “Tell me when the next tram leaves” asks for the time of it. */
const TIME_ASKED =
  /^(?:my |our |the )?(?:next|first|last|following|sunset|sunrise)\b|\b(?:leaves?|departs?|arrives?|takes place|happens|expires?|due)\b|\b(?:meetings?|calls?|appointments?|holidays?|shops?|stores?|sunset|sunrise)\b.* (?:starts?|begins?|ends?|opens?|closes?|finish(?:es)?)\b/i;
const HAPPENS =
  /\b(?:goes|gets|rises?|climbs?|drops?|falls?|reaches|exceeds?|hits|changes?|moves?|moved|rescheduled|cancell?ed|above|below|over|under|starts?|stops?|merged|closed|resolved|new|appears?|comes out|breaks?|fails?|down|rains|snows|going to)\b|[<>]/i;

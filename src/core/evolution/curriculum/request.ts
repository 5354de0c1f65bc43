import { maskedSet, similarity } from "#core/lidm/catalogue.ts";
import talk from "#core/lidm/data/background.json" with { type: "json" };

/**
 * Whether somebody asks for something that a module could do. Greetings, jokes, opinions, general knowledge and texts to be
 * written are no such thing: the first are talk, the last are a model's work.
 */
export function asksForModule(text: string): boolean {
  const said = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replace(ADDRESS, "")
    .trim();
  if (said.length < SHORTEST || TALK.some((pattern) => pattern.test(said))) return false;
  const words = maskedSet(said);
  return !SMALL_TALK.some((sentence) => similarity(words, sentence) >= ALIKE);
}

/** Whether somebody wants something changed, and not only told. */
export function wantsChange(text: string): boolean {
  return CHANGE.test(text.normalize("NFKC").toLowerCase().replace(ADDRESS, "").trim());
}

const CHANGE =
  /^(?:(?:i wish|it would be nice if) you could )?(?:add|approve|archive|assign|book|cancel|change|close|create|deactivate|delete|deploy|disable|enable|file|invite|lock|log|make|merge|mute|open an?|order|pause|pay|post|put|raise|refund|register|reject|remove|rename|renew|reopen|reply|request|reschedule|reserve|reset|restart|resume|revoke|roll back|rollback|run|schedule|send|set|silence|snooze|start|stop|submit|switch|trigger|turn|unlock|unmute|update|upload)\b/;
const SHORTEST = 5;
const ALIKE = 0.6;
const ADDRESS =
  /^(?:(?:hey|hi|hello|ok|okay|so|well|um|oh)\b[ ,!]*)?(?:@?nexus\b[ ,:]*)?(?:(?:can|could|would|will) you (?:please |kindly |quickly |just |maybe )?|please |pls |i (?:want|need|would like|'d like) you to )?/;

const TALK: readonly RegExp[] = [
  /^(?:hi|hello|hey|yo|good (?:morning|afternoon|evening|night)|morning|bye|goodbye|see you|cheers|thank(?:s| you)|thx|lol|ha(?:ha)+|wow|nice|cool|great|awesome|oops|sorry|congrat\w*|happy (?:birthday|friday|monday)|welcome|test(?:ing)?|ping|yes|no|nope|yep|sure|whatever)\b(?!.*\b(?:show|list|which|when|where|who|how many|what)\b)/,
  /^(?:how are you|how's it going|what's up|sup|how do you feel|are you (?:there|alive|ok|okay|real|human|a bot|sentient|awake|listening|happy|sad|tired|drunk|broken)|do you (?:like|love|hate|dream|sleep|think|feel|have feelings|believe|know me|remember me)|who (?:made|built|created) you|what(?:'s| is) your (?:name|favou?rite|opinion)|you(?:'re| are| rock| suck| look)|i (?:love|hate|like) (?:you|this|mondays?|fridays?|coffee)|i(?:'m| am) (?:bored|tired|hungry|happy|sad|sick of|so done))\b/,
  /^(?:tell|give) (?:me|us) (?:a |another |some |one more )?(?:good |funny |dad |bad )?(?:joke|story|poem|riddle|pun|fun fact|fact|advice|compliment|quote)/,
  /^(?:make (?:me|us) (?:laugh|smile)|sing|dance|imagine|pretend|role ?play|flip a coin|roll (?:a|the) dic?e|pick a (?:number|colou?r|card)|guess|let's play|play (?:a game|chess|rock))\b/,
  /^(?:help me (?:to )?)?(?:write|draft|compose|rewrite|rephrase|reword|paraphrase|proof-?read|shorten|summari[sz]e|sum up|explain|describe|define|elaborate|brainstorm|invent|come up with|think of|solve|calculate|outline|critique|refactor|debug|code)\b(?!.* (?:from|in|on|of) (?:jira|github|gitlab|confluence|notion|zendesk|sentry))/,
  /^(?:what|who|why|how|when|where)(?:'s| is| are| was| were| do| does| did) (?:the (?:meaning|point|capital|tallest|largest|biggest|smallest|fastest|oldest|longest|best|worst|difference|definition|purpose|population|president|square root|speed of|history)|a (?!go\b)\w+$|an \w+$|it (?:like|called)|life|love|god|people|we (?:here|doing)|you(?:r)?\b|i (?:cook|make|lose|stop|fall|bake|learn|get rich|become))/,
  /^(?:who|when|where|how) (?:invented|discovered|wrote|painted|won|was born|died|is older|tall is|old is|far is the (?:moon|sun)|big is|deep is|many (?:planets|countries|people live|bones|days in|legs))\b/,
  /^(?:what|which) (?:should|would) (?:i|we|you) (?:eat|wear|watch|read|do|cook|say|name|call|choose|pick|buy)\b|^should (?:i|we)\b|^(?:recommend|suggest)\b|^any (?:tips|ideas|advice|recommendations|suggestions|thoughts)\b/,
  /^what do you (?:think|like|want|mean|recommend|prefer)\b|^what(?:'s| is) on your mind|^what does (?:\S+ ){1,4}mean\b/,
  /^(?:ignore|disregard|forget) (?:all |your |the |any )?(?:previous|prior|above|earlier|other|rules|instructions)\b/,
];

const CHATTER = ["small talk", "jokes", "recipes", "knowledge", "games", "meta", "health", "short wishes"];
const SMALL_TALK = Object.entries(talk)
  .filter(([subject]) => CHATTER.includes(subject))
  .flatMap(([, sentences]) => sentences.map(maskedSet));

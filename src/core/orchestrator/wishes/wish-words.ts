/** A place as it was typed: this one, a named or mentioned channel, or every channel. */
export type WishPlace = "here" | "everywhere" | { readonly channel: string };

/** Longer is a letter, not a wish. In characters. */
const LONGEST = 300;

const BEFORE = [
  /^(?:hey|hi|hello|ok|okay|so|well|and|also|then|now|right|alright)[,!]?\s+/i,
  /^\/?nexus[\s,:]+/i,
  /^(?:please|kindly|pls|just)[,]?\s+/i,
  /^(?:can|could|would|will) (?:you|we)(?: please| kindly| just)?\s+/i,
  /^(?:i want|i'd like|i would like|i need|we want|we need|we'd like|i wish)(?: you)? to\s+/i,
  /^(?:would|do) you mind\s+/i,
  /^(?:(?:i|we) would appreciate it if you could|is it (?:possible|ok|okay) to|help me(?: to)?|it would be (?:nice|great) (?:if you could|to))\s+/i,
  /^(?:from now on|for now|starting now|as of now|from today on)[,]?\s+/i,
  /^(?:go ahead and|make sure (?:to|that)|make sure|ensure (?:that )?|let'?s|you should|it'?s time to)\s+/i,
];
const AFTER = [
  /[\s.!?,;]+$/,
  /[,]?\s+(?:please|pls|thanks|thank you|thx|ok|okay|now|will you|would you|could you|can you|nexus)$/i,
  /[,]?\s+(?:from now on|for now|as of now|until further notice)$/i,
];

/** A sentence without its courtesies, spaces as one, apostrophes straight; undefined for what is no single sentence. */
export function readable(text: string): string | undefined {
  const plain = text
    .normalize("NFKC")
    .replaceAll(/[\u2018\u2019\u02BC]/g, "'")
    .replaceAll(/[\u201C\u201D]/g, '"');
  if (plain.length > LONGEST || /\n/.test(plain.trim())) return undefined;
  let said = plain.trim().replaceAll(/\s+/g, " ");
  for (let more = true; more;) {
    const shorter = [...BEFORE, ...AFTER].reduce((words, pattern) => words.replace(pattern, ""), said);
    more = shorter !== said;
    said = shorter;
  }
  // As it is typed in haste.
  said = said.replace(/\b(do|could|should|must|is)nt\b/gi, "$1n't");
  return said === "" ? undefined : said;
}

/** Words for a place, as part of a pattern with the group `place`. */
export const PLACE = String.raw`(?<place>(?:in|inside|for|from|on|within) (?:here|this (?:channel|chat|conversation|thread|room|group|dm)|the current channel|our channel|(?:the )?(?:channel )?(?:#[\w-]+|<#[^>]+>)(?: channel)?)|here|everywhere|(?:in|for) (?:all|every|any) (?:the )?channels?|anywhere)`;

/** The place of a match of `PLACE`. */
export function placeIn(words: string | undefined): WishPlace | undefined {
  if (words === undefined) return undefined;
  const channel = /#[\w-]+|<#[^>]+>/.exec(words)?.[0];
  if (channel !== undefined) return { channel };
  return /everywhere|anywhere|\b(?:all|every|any)\b/i.test(words) ? "everywhere" : "here";
}

/** The first of some patterns that a sentence fits as a whole, with what its groups caught. */
export function fit(
  said: string,
  patterns: readonly RegExp[],
): Readonly<Record<string, string | undefined>> | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(said);
    if (match !== null) return match.groups ?? {};
  }
  return undefined;
}

/** A pattern for whole sentences, whatever their capitals. */
export function whole(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, "i");
}

/** Whether a module is named somewhere in a sentence, in one to three of its words. */
export function namesModule(said: string, isModule: (name: string) => boolean): boolean {
  const words = said.split(/[\s,]+/);
  return words.some((_, at) => [1, 2, 3].some((count) => isModule(words.slice(at, at + count).join(" "))));
}

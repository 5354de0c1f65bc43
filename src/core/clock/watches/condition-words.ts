/** Words that people use for what sources call otherwise. Each line: how a value is called, and how people call it. */
const CONCEPTS: readonly (readonly [field: string, said: RegExp])[] = [
  [
    "temperature",
    /^(?:temperatures?|degrees?|warm|warmer|hot|hotter|cold|colder|cool|cooler|freezing|celsius|fahrenheit|heat)$/,
  ],
  ["wind", /^(?:winds?|windy|windier|gusts?|stronger|breeze)$/],
  ["rain", /^(?:rains?|rainy|raining|wet|showers?|drizzle|precipitation)$/],
  ["humidity", /^(?:humid|humidity)$/],
  [
    "rate",
    /^(?:rates?|price|prices|worth|exchange|cad|usd|eur|gbp|chf|jpy|sek|nok|dkk|aud|nzd|pln|czk|huf|inr|brl|mxn|cny)$/,
  ],
  ["amount", /^(?:spending|spend|spent|expenses|costs?)$/],
  ["incidents", /^(?:incidents?|outages?|troubles?)$/],
  ["tag", /^(?:releases?|versions?)$/],
  ["version", /^(?:releases?|versions?)$/],
  ["posts", /^(?:posts?|articles?|blog|entries)$/],
  ["stories", /^(?:stories|story|news)$/],
  ["numbers", /^(?:issues?|pulls?|requests?|prs?|mrs?|tickets?|bugs?)$/],
  ["keys", /^(?:issues?|tickets?|bugs?)$/],
  ["open", /^(?:issues?|pulls?|requests?|prs?|incidents?|tickets?|bugs?)$/],
  ["meetings", /^(?:meetings?|calls?|appointments?|events?|calendar|agenda)$/],
];

const SMALL =
  /^(?:the|a|an|my|our|your|of|in|at|on|for|to|is|are|it|its|that|this|and|or|me|we|you|any|some|goes|gets|than|more|less)$/;

/** The words of a phrase that may name a value, and what sources call the same. */
export function fieldWordsOf(phrase: string): string[] {
  const words = wordsOf(phrase);
  const called = CONCEPTS.flatMap(([field, said]) => (words.some((word) => said.test(word)) ? [field] : []));
  return [...new Set([...words.map(stem), ...called])];
}

/** How many of some words a value's name has. */
export function likeness(name: string, about: readonly string[]): number {
  const own = new Set(wordsOf(name).map(stem));
  return about.filter((word) => own.has(stem(word))).length;
}

/** What is well and what is not, whatever it is called. */
export const WELL = /^(?:up|well|ok|okay|fine|working|back|healthy|green|back up|up again|operational|recovers?|over)$/;
export const UNWELL =
  /^(?:down|out|broken|failing|failed|fails?|breaks?|red|unhealthy|not working|offline|down again)$/;
/** What was not and is. */
export const BEGUN =
  /^(?:started|starts?|begun|begins?|begun|on|live|there|available|open|opens?|opened|out|running|ready|up)$/;

function wordsOf(phrase: string): string[] {
  return (phrase.toLowerCase().match(/[a-z][a-z']+/g) ?? []).filter((word) => !SMALL.test(word));
}

function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ies)$/, "y").replace(/(?<=[^s])s$/, "") : word;
}

/** What is compared before letters, in this order; digits and letters follow. */
const BEFORE_LETTERS = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
/** Accents as they stand alone, in the order of the Unicode Collation Algorithm. */
const ACCENTS = "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0328\u0327\u0304";
const LETTERS = 100;

/**
 * Orders two texts as `localeCompare` does without a language: letters first, then accents, then case. Undefined when a
 * text holds anything but ASCII and Latin letters with accents: the order of other scripts is in tables we do not carry.
 */
export function compareTexts(one: string, other: string): number | undefined {
  if (one === other) return 0;
  const a = weigh(one);
  const b = weigh(other);
  if (a === undefined || b === undefined) return undefined;
  return compareLists(a.bases, b.bases) || compareLists(a.accents, b.accents) || compareLists(a.cases, b.cases);
}

interface Weights {
  readonly bases: readonly number[];
  readonly accents: readonly number[];
  readonly cases: readonly number[];
}

function weigh(text: string): Weights | undefined {
  const bases: number[] = [];
  const accents: number[] = [];
  const cases: number[] = [];
  for (const character of text.normalize("NFD")) {
    const accent = ACCENTS.indexOf(character);
    if (accent >= 0) {
      accents.push(accent + 1);
      cases.push(0);
      continue;
    }
    const code = character.charCodeAt(0);
    const before = BEFORE_LETTERS.indexOf(character);
    const isUpper = code >= 0x41 && code <= 0x5a;
    const isLower = code >= 0x61 && code <= 0x7a;
    if (before < 0 && !isUpper && !isLower) return undefined;
    bases.push(before >= 0 ? before : LETTERS + (isUpper ? code + 0x20 : code));
    accents.push(0);
    cases.push(isUpper ? 1 : 0);
  }
  return { bases, accents, cases };
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length && index < b.length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

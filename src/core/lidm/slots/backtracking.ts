/**
 * In how many ways a pattern can be laid over a text of `length` characters: what a backtracking engine may have to try
 * from one starting point. A bound, not a count: it may be too high. Infinity for what it does not know (back
 * references, lookaround with quantifiers inside) or cannot read.
 */
export function countBacktracks(pattern: string, length: number): number {
  const reader = { pattern, at: 0, length };
  const ways = readAlternatives(reader);
  return reader.at === pattern.length ? ways : Infinity;
}

interface Reader {
  readonly pattern: string;
  at: number;
  readonly length: number;
}

const QUANTIFIER = /^(?:[*+?]|\{(\d{1,4})(,(\d{1,4})?)?\})\??/;

function readAlternatives(reader: Reader): number {
  let ways = readSequence(reader);
  while (reader.pattern.charAt(reader.at) === "|") {
    reader.at++;
    ways += readSequence(reader);
  }
  return ways;
}

function readSequence(reader: Reader): number {
  let ways = 1;
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern.charAt(reader.at))) {
    const inner = readAtom(reader);
    const quantifier = QUANTIFIER.exec(reader.pattern.slice(reader.at));
    if (quantifier === null) {
      ways *= inner;
      continue;
    }
    reader.at += quantifier[0].length;
    ways *= repeat(inner, quantifier, reader.length);
  }
  return ways;
}

/** Every number of repetitions is a way of its own, and within it each repetition multiplies. */
function repeat(inner: number, quantifier: RegExpExecArray, length: number): number {
  const [text, least, range, most] = quantifier;
  const minimum = text.startsWith("+") ? 1 : Number(least ?? 0);
  let maximum = length;
  if (text.startsWith("?")) maximum = 1;
  else if (most !== undefined) maximum = Number(most);
  else if (least !== undefined && range === undefined) maximum = minimum;
  if (inner > 1) return maximum > 1 ? inner ** maximum * (maximum - minimum + 1) : inner + 1;
  return Math.max(1, Math.min(maximum, length) - minimum + 1);
}

function readAtom(reader: Reader): number {
  const { pattern } = reader;
  const character = pattern.charAt(reader.at);
  if (character === "(") return readGroup(reader);
  if (character === "[") {
    const end = /^\[\^?(?:\\.|[^\]\\])*\]/.exec(pattern.slice(reader.at));
    reader.at += end?.[0].length ?? reader.pattern.length;
    if (end === null) return Infinity;
    return 1;
  }
  if (character === "\\") {
    const isReference = /^\\(?:[1-9]|k<)/.test(pattern.slice(reader.at));
    reader.at += 2;
    return isReference ? Infinity : 1;
  }
  reader.at++;
  return 1;
}

function readGroup(reader: Reader): number {
  const opening = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(reader.pattern.slice(reader.at));
  reader.at += opening?.[0].length ?? 1;
  const ways = readAlternatives(reader);
  if (reader.pattern.charAt(reader.at) !== ")") return Infinity;
  reader.at++;
  return ways;
}

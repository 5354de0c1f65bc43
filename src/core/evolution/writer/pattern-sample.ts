/**
 * A text that a pattern takes, made from the pattern: a stranger's pattern is never run. Undefined when it is more than
 * characters, classes, groups and counts.
 */
export function samplePattern(pattern: string): string | undefined {
  if (pattern.length > 300) return undefined;
  const reading: Reading = { source: pattern, at: 0, isSound: true };
  const sample = readChoice(reading, 0);
  return reading.isSound && reading.at === pattern.length && sample.length <= 200 ? sample : undefined;
}

interface Reading {
  readonly source: string;
  at: number;
  isSound: boolean;
}

const MAX_DEPTH = 10;

/** Of several ways the first. */
function readChoice(reading: Reading, depth: number): string {
  if (depth > MAX_DEPTH) reading.isSound = false;
  const first = readSequence(reading, depth);
  while (reading.isSound && reading.source[reading.at] === "|") {
    reading.at += 1;
    readSequence(reading, depth);
  }
  return first;
}

function readSequence(reading: Reading, depth: number): string {
  let sample = "";
  while (reading.isSound && reading.at < reading.source.length && !"|)".includes(reading.source[reading.at] ?? "")) {
    const atom = readAtom(reading, depth);
    sample += atom.repeat(readCount(reading));
    if (sample.length > 400) reading.isSound = false;
  }
  return sample;
}

function readAtom(reading: Reading, depth: number): string {
  const { source } = reading;
  const sign = source[reading.at] ?? "";
  reading.at += 1;
  switch (sign) {
    case "^":
    case "$":
      return "";
    case ".":
      return "a";
    case "\\":
      return readEscape(reading);
    case "[":
      return readClass(reading);
    case "(": {
      const opened = /^\?(?::|<[A-Za-z]\w*>)|^(?!\?)/.exec(source.slice(reading.at));
      if (opened === null) return unsound(reading);
      reading.at += opened[0].length;
      const inside = readChoice(reading, depth + 1);
      if (source[reading.at] !== ")") return unsound(reading);
      reading.at += 1;
      return inside;
    }
    case "*":
    case "+":
    case "?":
    case "{":
      return unsound(reading);
    default:
      return sign;
  }
}

function readEscape(reading: Reading): string {
  const sign = reading.source[reading.at] ?? "";
  reading.at += 1;
  const known = { d: "7", w: "a", s: " ", D: "a", S: "a", W: "-", t: "\t", b: "" }[sign];
  if (known !== undefined) return known;
  return /[A-Za-z0-9]/.test(sign) || sign === "" ? unsound(reading) : sign;
}

/** The first of a class that is a letter, a digit, or else anything; classes of what is not are letters mostly. */
function readClass(reading: Reading): string {
  const end = classEnd(reading);
  if (end < 0) return unsound(reading);
  const inside = reading.source.slice(reading.at, end);
  reading.at = end + 1;
  if (inside.startsWith("^")) return ["a", "7", "-"].find((one) => !inside.includes(one)) ?? unsound(reading);
  const members = [...inside.matchAll(/\\(.)|(.)/g)].map(([, escaped, plain]) =>
    escaped === undefined ? (plain ?? "") : ({ d: "7", w: "a", s: " " }[escaped] ?? escaped),
  );
  return (
    members.find((one) => /[a-z]/.test(one)) ??
    members.find((one) => /[A-Z0-9]/.test(one)) ??
    members[0] ??
    unsound(reading)
  );
}

function classEnd({ source, at }: Reading): number {
  for (let index = at; index < source.length; index += 1) {
    if (source[index] === "\\") index += 1;
    else if (source[index] === "]" && index > at) return index;
  }
  return -1;
}

/** As few as may be, and one where there may be none or one. */
function readCount(reading: Reading): number {
  const found = /^(?:([*+?])|\{(\d{1,3})(?:,(\d{0,3}))?\})\??/.exec(reading.source.slice(reading.at));
  if (found === null) return 1;
  reading.at += found[0].length;
  const [, sign, least, most] = found;
  if (sign !== undefined) return 1;
  const few = Number(least);
  return few === 0 && most !== "0" ? 1 : few;
}

function unsound(reading: Reading): string {
  reading.isSound = false;
  return "";
}

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * The text that a description stands for: `generated: BEGINNING… (N chars)`, where the beginning ends in what is repeated;
 * or a literal of so many KB. Undefined when the description is of another kind.
 */
export function regrow(description: string, attack: string): string | undefined {
  const written = /^generated: ([^]+?)…? ?\(([\d,]+) chars\)?$/.exec(description);
  if (written?.[1] !== undefined && written[2] !== undefined) {
    return repeat(written[1].replace(/…$/, ""), Number(written[2].replaceAll(",", "")));
  }
  const literal = /(\d+) KB base64 literal/.exec(attack);
  if (literal?.[1] === undefined) return undefined;
  const packed = Buffer.from("const x=1;".repeat(8_192))
    .toString("base64")
    .slice(0, Number(literal[1]) * 1_024);
  return `const packed = "${packed}";\nexport async function run(input, nexus){ return packed.length }`;
}

/** A beginning, continued as it ends and closed, so that it is about `length` characters long and has a `run`. */
function repeat(beginning: string, length: number): string | undefined {
  const unit = findUnit(beginning);
  if (unit === undefined) return undefined;
  const [start, part] = unit;
  const head = beginning.slice(0, start);
  const close = closersOf(part);
  const tail = `${closersOf(head)} `;
  const times = Math.floor((length - head.length - tail.length - 1) / (part.length + close.length));
  const grown = `${head}${part.repeat(times)}1${close.repeat(times)}${tail}`;
  return /export (?:async )?function run|export const run/.test(head)
    ? grown
    : `${grown};\nexport async function run(){ return 1 }`;
}

/** Where the repetition at the end of a text begins, and what is repeated: at least three times, the shortest there is. */
function findUnit(text: string): readonly [start: number, unit: string] | undefined {
  for (let size = 1; size <= text.length / 3; size += 1) {
    let start = text.length - size;
    while (start > 0 && text[start - 1] === text[start - 1 + size]) start -= 1;
    if (text.length - start >= 3 * size && text.length - start >= 24) return [start, text.slice(start, start + size)];
  }
  return undefined;
}

/** What closes the brackets a text leaves open, innermost first. */
function closersOf(text: string): string {
  const open: string[] = [];
  for (const letter of text) {
    const closer = CLOSERS[letter];
    if (closer !== undefined) open.unshift(closer);
    else if (letter === open[0]) open.shift();
  }
  return open.join("");
}

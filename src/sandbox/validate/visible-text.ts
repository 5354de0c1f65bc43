/** Characters that are not seen, or that turn around what is: none of them reaches a report as itself. */
const UNSEEN =
  /\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\p{Cn}|\p{Zl}|\p{Zp}|\p{Variation_Selector}|[\u034F\u115F\u1160\u2800\u3164\uFFA0]/gu;

/**
 * Strange text made fit for a report: on one line, with what cannot be seen written out (`\u{202e}`), and cut. A report is
 * read by people and by models: text of the module must not pass for the report's own.
 */
export function visible(text: string, chars: number): string {
  // Cut first: a text of megabytes would grow sixfold.
  const seen = text
    .slice(0, chars + 1)
    .replace(/\r?\n/g, "\\n")
    .replace(UNSEEN, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
  return seen.length > chars ? `${seen.slice(0, chars - 1)}…` : seen;
}

/** The same in quotation marks: strange text inside a sentence of ours. Its own marks cannot end it. */
export function quoted(text: string, chars: number): string {
  return `“${visible(text, chars).replace(/[“”]/g, '"')}”`;
}

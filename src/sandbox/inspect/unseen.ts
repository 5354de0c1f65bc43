/** A character that does not show, and where it is. */
export interface Unseen {
  readonly index: number;
  readonly character: string;
}

/** The first character of a text that does not show, or that changes how its neighbours show. */
export function findUnseen(text: string): Unseen | undefined {
  const found = UNSEEN.exec(text.replaceAll(EMOJI, (emoji) => "x".repeat(emoji.length)));
  return found === null ? undefined : { index: found.index, character: found[0] };
}

/**
 * Controls, formats (bidirectional ones and tags among them), private use, unknown letters, odd separators, and letters
 * that are blank: joiners, fillers, braille's empty cell, variation selectors.
 */
const UNSEEN =
  // oxlint-disable-next-line no-misleading-character-class
  /[\p{C}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0E\u{E0100}-\u{E01EF}]/u;

/** Emoji are made with joiners and selectors. */
const EMOJI = /\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?)*/gu;

/** What a stream may hold; the whole text stands in the answer that takes its place. */
const MOST = 11_000;

/** As much of an answer as is shown while it is composed. */
export function streamedSoFar(text: string): string {
  return text.slice(0, MOST);
}

/**
 * Text that can ping nobody, whichever way it is cut into pieces: an invisible character after each one that could
 * begin a mention.
 */
export function harmless(text: string): string {
  return text.replace(/[<@]/g, "$&\u200B");
}

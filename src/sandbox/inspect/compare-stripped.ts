/**
 * Whether JavaScript is a TypeScript source with types taken off: as long, and at each place the same letter, or a blank
 * or a mark where a type was.
 */
export function isStrippedFrom(code: string, source: string | undefined): boolean {
  if (source === undefined || code.length !== source.length) return false;
  for (let index = 0; index < code.length; index += 1) {
    const letter = code.charAt(index);
    if (letter !== source.charAt(index) && !" ;()=>,\u00A0\u2002\uFEFF".includes(letter)) return false;
  }
  return true;
}

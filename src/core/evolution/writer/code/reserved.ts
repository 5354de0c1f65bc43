/**
 * Names that no function and no value of a written module may have: those of its own files, of the language, and words
 * that cannot be names.
 */
export function isReserved(name: string): boolean {
  return RESERVED.has(name) || name in {};
}

const RESERVED: ReadonlySet<string> = new Set(
  `run then readJson readText failed unfit pathPart pathParts headerPart queryOf pairsOf given yesNo numberOf textsOf numbersOf jsonOf
   at listAt cell showList showObject showText showValue showAnything callTool isObject brief inBrief parsed unreadable fromJson notThere thing
   input nexus answer body query read text shown all value eval arguments await async of get set undefined isNaN isFinite
   parseInt parseFloat encodeURI encodeURIComponent decodeURI decodeURIComponent escape unescape globalThis prototype proto
   caller callee break case catch class const continue debugger default delete do else enum export extends false finally for
   function if implements import in instanceof interface let new null package private protected public return static super
   switch this throw true try typeof var void while with yield`.split(/\s+/),
);

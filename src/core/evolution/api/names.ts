const MAX_LENGTH = 40;

/** The words a name is made of, in small ASCII letters and digits: `getPetById`, `pets/{petId}` and `list_pets` alike. */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, 500)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Hands out ids that are unique among those it handed out: letters and digits, the first a small letter, 40 at most. */
export function createIds(): (...candidates: readonly (string | undefined)[]) => string {
  const taken = new Set<string>();
  return (...candidates) => {
    const words = candidates.map((candidate) => wordsOf(candidate ?? "")).find((words) => words.length > 0);
    const base = idOf(words ?? ["operation"]);
    let id = base;
    for (let count = 2; taken.has(id); count += 1) {
      id = `${base.slice(0, MAX_LENGTH - String(count).length)}${count}`;
    }
    taken.add(id);
    return id;
  };
}

function idOf(words: readonly string[]): string {
  let id = "";
  for (const word of words) {
    const next = id === "" ? word : `${word[0]?.toUpperCase() ?? ""}${word.slice(1)}`;
    if (id !== "" && id.length + next.length > MAX_LENGTH) break;
    id += next;
  }
  if (/^\d/.test(id)) id = `op${id}`;
  if (id in {} || KEYWORDS.has(id)) id = `${id}Call`;
  return id.slice(0, MAX_LENGTH);
}

/** Words that cannot stand as a name in code. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static
  super switch this throw true try typeof undefined var void while with yield arguments eval`.split(/\s+/),
);

import { glob, readFile } from "node:fs/promises";

/** `"APV-002: …"`, `"APV-011, APV-034, manner 10: …"`: where a title, or the row of a table of titles, begins. */
const BEGINNING = /["'`]((?:[A-Z]{2,4}-(?:\d{3}[a-z]?|OK)(?:, | and )?)+)/g;

/** The ids, of those given, that begin the title of one of the repository's tests, or a row of a table of titles. */
export async function findCovered(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = new Set(ids);
  const covered = new Set<string>();
  const root = new URL("../../", import.meta.url);
  for await (const path of glob(["src/**/*.test.ts", "test/**/*.test.ts", "test/abuse/*.ts"], { cwd: root })) {
    // It lists all ids, with those that have no test.
    if (path.startsWith("test/abuse/coverage")) continue;
    const text = await readFile(new URL(path, root), "utf8");
    for (const [, names = ""] of text.matchAll(BEGINNING)) {
      for (const id of names.split(/, | and /)) if (wanted.has(id)) covered.add(id);
    }
  }
  return covered;
}

import { glob, readFile } from "node:fs/promises";

/** The ids, of those given, that stand in a text of one of the repository's tests: in its title, or in a table of titles. */
export async function findCovered(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = new Set(ids);
  const covered = new Set<string>();
  const root = new URL("../../", import.meta.url);
  for await (const path of glob(["src/**/*.test.ts", "test/**/*.test.ts", "test/abuse/*.ts"], { cwd: root })) {
    const text = await readFile(new URL(path, root), "utf8");
    for (const [, quoted = ""] of text.matchAll(/(?:["'`])([^"'`\n]*\b[A-Z]{2,4}-(?:\d{3}[a-z]?|OK)\b[^"'`\n]*)/g)) {
      for (const [id] of quoted.matchAll(/\b[A-Z]{2,4}-(?:\d{3}[a-z]?|OK)\b/g)) if (wanted.has(id)) covered.add(id);
    }
  }
  return covered;
}

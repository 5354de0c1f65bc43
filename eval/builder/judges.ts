import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAjvJudge } from "./ajv-judge.ts";
import type { CorpusDocument } from "./corpus.ts";
import type { Judge } from "./judge.ts";
import { mendDocument } from "./mend-document.ts";
import { startPrism } from "./prism-judge.ts";

/** The judges of one document, the strictest first. */
export interface Judges extends AsyncDisposable {
  /** The judge of a place in the row, started when it is first asked for; undefined past the last. */
  at(place: number): Promise<Judge | undefined>;
}

/**
 * Prism by the letter of the document; Prism by the document without its slips; and for paths that Prism cannot find its
 * way in, such as `{+name}`, a judge of our own. Where Prism does not take a document at all, only the last.
 */
export function openJudges({ path, text }: CorpusDocument, signal: AbortSignal): Judges {
  const folder = mkdtempSync(join(tmpdir(), "judge-"));
  const mended = join(folder, "mended.json");
  const started = new Map<number, Promise<Judge | undefined>>();
  const start = async (place: number): Promise<Judge | undefined> => {
    if (place === 0) return (await startPrism(path, signal)) ?? createAjvJudge(text);
    if (place === 1) {
      writeFileSync(mended, mendDocument(text));
      return (await startPrism(mended, signal)) ?? createAjvJudge(mendDocument(text));
    }
    return place === 2 && /\{\+\w|\+\}/.test(text) ? createAjvJudge(mendDocument(text)) : undefined;
  };
  return {
    at(place) {
      const judge = started.get(place) ?? start(place);
      started.set(place, judge);
      return judge;
    },
    async [Symbol.asyncDispose]() {
      for (const judge of started.values()) await (await judge)?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

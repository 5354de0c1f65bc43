import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CannotMeasure } from "#bench/run.ts";

/** One document of a corpus: a file, nothing of it believed. */
export interface CorpusDocument {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** The documents of a folder by name, JSON and YAML. */
export function readCorpus(folder: string | undefined, most: number): CorpusDocument[] {
  if (folder === undefined) {
    throw new CannotMeasure(
      "npm run eval -- builder --corpus DIR: DIR is a folder of OpenAPI documents, JSON or YAML.",
    );
  }
  const names = namesIn(folder).filter((name) => /\.(?:json|ya?ml)$/i.test(name));
  if (names.length === 0) throw new CannotMeasure(`There is no document in ${folder}.`);
  return names
    .toSorted()
    .slice(0, most)
    .map((name) => ({ name, path: join(folder, name), text: readFileSync(join(folder, name), "utf8") }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new CannotMeasure(`${folder} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Writes a module from each document of a folder and prints the digests: run by itself, in a process of its own. */
import { describe } from "#core/evolution/api/describe.ts";
import { materialOf } from "#core/evolution/api/material-of.ts";
import { writeModule } from "#core/evolution/writer/write-module.ts";
import { hashOf } from "./call-operations.ts";
import { type CorpusDocument, readCorpus } from "./corpus.ts";
import { SAID_SERVER } from "./try-document.ts";

const [folder, most = "Infinity", need] = process.argv.slice(2);

function hashes(document: CorpusDocument): readonly (readonly [string, string])[] {
  for (const server of [undefined, SAID_SERVER]) {
    try {
      const api = describe(materialOf(document.name, document.text, server));
      return [[document.name, hashOf(writeModule(api, { taken: [], ...(need === undefined ? {} : { need }) }))]];
    } catch {
      // The other process says why; here it has no digest.
    }
  }
  return [];
}

process.stdout.write(JSON.stringify(Object.fromEntries(readCorpus(folder, Number(most)).flatMap(hashes))));

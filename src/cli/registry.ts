import { parseArgs } from "node:util";
import { untilInterrupted } from "./until-interrupted.ts";

/** How the command is used. */
export const REGISTRY_USAGE = `nexus registry: indexes of modules that others can install

  nexus registry key FILE                       a new key to sign an index with
  nexus registry build FOLDER --out DIR --key FILE --name NAME
                                                an index of the modules in FOLDER, or the next state of one
  nexus registry list                           the indexes that are set up here, and how each stands
  nexus registry search [WORDS]                 what they offer

FOLDER holds one folder for each module. Each is checked in the sandbox before it is offered. What DIR offers already
stays: a version never gets other bytes. DIR is static: put it on a web server, into a repository or on a disk.

--revoke MODULE@VERSION=WHY  take a version back: NEXUS never installs or runs it again (as often as needed)
--written hand|builder|model who wrote the modules of FOLDER; by hand unless told
--no-check                   without the sandbox: for modules that were checked a moment ago
--json                       one line of JSON instead of words

docs/building-modules.md, “Indexes”, explains the rest.
`;

/** Makes and reads indexes of modules. @returns the exit status: 0 done, 1 failed, 2 wrong usage */
export async function registryCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      out: { type: "string" },
      key: { type: "string" },
      name: { type: "string" },
      revoke: { type: "string", multiple: true, default: [] },
      written: { type: "string", default: "hand" },
      "no-check": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [command, target, ...rest] = positionals;
  if (command === "key" && target !== undefined && rest.length === 0) {
    return (await import("./registry-key.ts")).makeIndexKey(target, values.json);
  }
  if (command === "build" && target !== undefined && rest.length === 0) {
    const { out, key, name, written } = values;
    if (out === undefined || key === undefined || name === undefined || !isWritten(written)) return wrongUsage();
    const { buildRegistry } = await import("./registry-build.ts");
    const wanted = { folder: target, out, key, name, written, revoke: values.revoke, json: values.json };
    return untilInterrupted((signal) => buildRegistry({ ...wanted, isChecked: !values["no-check"] }, signal));
  }
  if (command === "list" && target === undefined) {
    const { listIndexes } = await import("./registry-search.ts");
    return untilInterrupted((signal) => listIndexes(values.json, signal));
  }
  if (command === "search") {
    const { searchIndexes } = await import("./registry-search.ts");
    const words = positionals.slice(1).join(" ");
    return untilInterrupted((signal) => searchIndexes(words, values.json, signal));
  }
  return wrongUsage();
}

function wrongUsage(): number {
  process.stderr.write(REGISTRY_USAGE);
  return 2;
}

function isWritten(word: string): word is "hand" | "builder" | "model" {
  return ["hand", "builder", "model"].includes(word);
}

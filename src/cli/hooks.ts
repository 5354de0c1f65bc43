import { parseArgs } from "node:util";
import { ask } from "./ask.ts";

/** How the command is used. */
export const HOOKS_USAGE = `nexus hooks                 which programs outside may post here
nexus hooks show CODE       one of them, with what came last
nexus hooks secret CODE     its address and its secret, shown once
nexus hooks set "…"         plan one in plain words, as in “let GitHub post in #dev”
nexus hooks dead            what came and could not be done
nexus hooks test|rotate|pause|resume|end|adopt|retry CODE

It is put to the running NEXUS, or to one started for it. Programs use GET /v1/hooks.

Options: --plain (no colour, no drawing)
`;

const DEEDS = ["test", "rotate", "pause", "resume", "end", "adopt", "retry"];

/** Shows hooks, or does something with one. @returns the exit status: 0 done, 1 failed, 2 wrong usage */
export async function hooksCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { plain: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) {
    process.stdout.write(HOOKS_USAGE);
    return 0;
  }
  const text = wordsFor(positionals);
  if (text === undefined) {
    process.stderr.write(HOOKS_USAGE);
    return 2;
  }
  return ask({ text, files: [], plain: values.plain });
}

/** The words of a command, as they are said in a conversation; undefined where it is none. */
function wordsFor([first, ...rest]: readonly string[]): string | undefined {
  const words = rest.join(" ").trim();
  if (first === undefined || first === "list") return words === "" ? "hooks" : undefined;
  if (first === "dead") return words === "" ? "hooks dead" : undefined;
  if (words === "") return undefined;
  if (first === "show") return `hook ${words}`;
  if (first === "secret") return `hook ${words} secret`;
  if (first === "set") return words;
  return DEEDS.includes(first) ? `${first} hook ${words}` : undefined;
}

import { parseArgs } from "node:util";
import { ask } from "./ask.ts";

/** How the command is used. */
export const SCHEDULES_USAGE = `nexus schedules             what is done by the clock, as you see it at the terminal
nexus schedules show CODE   one of them, with its last runs
nexus schedules set "…"     plan one in plain words; nothing is set up until you say so
nexus schedules preview|pause|resume|end|adopt|run CODE

It is put to the running NEXUS, or to one started for it. Programs use GET /v1/schedules.

Options: --plain (no colour, no drawing)
`;

const DEEDS = ["preview", "pause", "resume", "end", "adopt", "run"];

/** Shows schedules, or does something with one. @returns the exit status: 0 done, 1 failed, 2 wrong usage */
export async function schedulesCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { plain: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) {
    process.stdout.write(SCHEDULES_USAGE);
    return 0;
  }
  const text = wordsFor(positionals);
  if (text === undefined) {
    process.stderr.write(SCHEDULES_USAGE);
    return 2;
  }
  return ask({ text, files: [], plain: values.plain });
}

/** The words of a command, as they are said in a conversation; undefined where it is none. */
function wordsFor([first, ...rest]: readonly string[]): string | undefined {
  const words = rest.join(" ").trim();
  if (first === undefined || first === "list") return words === "" ? "schedules" : undefined;
  if (words === "") return undefined;
  if (first === "show") return `schedule ${words}`;
  if (first === "set") return words;
  if (!DEEDS.includes(first)) return undefined;
  return first === "run" ? `run ${words} now` : `${first} ${words}`;
}

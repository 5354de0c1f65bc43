import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { MAIN_CHANNEL } from "#bot/console/door.ts";
import type { ReplyMessage } from "#bot/console/dialogue.ts";
import { openStage, type Stage } from "#bot/console/stage.ts";
import { readConfig } from "#config.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Reply } from "#core/contract/reply.ts";
import { isFollowed, watchBuild } from "./growth-watch.ts";
import { connectToRunning } from "./running.ts";
import { terminalOptions } from "./terminal.ts";

/** How the commands about building and installing modules are used. */
export const GROWTH_USAGE = `nexus build ADDRESS|FILE|-      have a module built from an API document, an endpoint or a curl command
nexus builds [CODE]             what is being built, or one build with its rounds
nexus stop-build CODE           stop one
nexus install MODULE|FILE       have a module of an index, or a packed one, checked and asked about
nexus undo MODULE               say what undoing its last change would do; with --yes do it
nexus versions MODULE           the versions that were live here
nexus approve CODE              agree to a request
nexus reject CODE               turn one down, with --reason what should be different
nexus proposals [CODE]          modules that people seem to need, or one of them; with --build, --not-now or --never
                                decide on it

These are said to the NEXUS that runs on the same data directory, as at its terminal.

Options: --need "…"       what the module is for (build)
         --server URL     where the service of a document is (build)
         --version X.Y.Z  which version (install)
         --index NAME     of which index (install)
         --watch          stay until people can be asked, or it has come to nothing (build, install)
         --reason "…"     why (reject)
         --yes            do it (undo)
         --from URL       where its API is described (proposals --build)
         --plain          no colour, no drawing
`;

/** The commands about building and installing modules. */
export type GrowthCommand =
  | "build"
  | "builds"
  | "stop-build"
  | "install"
  | "undo"
  | "versions"
  | "approve"
  | "reject"
  | "proposals";

/** What is said at the terminal, with what files, and what becomes of the answer. */
interface Saying {
  readonly text: string;
  readonly files?: readonly string[];
  /** Stay until its checklist has come to an end. */
  readonly isWatched?: boolean;
  /** Press this button of the answer. */
  readonly press?: string;
}

/**
 * Says something about building and installing modules to the NEXUS that runs.
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage
 * @throws NexusError not_running
 */
export async function growthCommand(command: GrowthCommand, argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  const [what, ...more] = positionals;
  if (values.help) {
    process.stdout.write(GROWTH_USAGE);
    return 0;
  }
  using folder = temporaryFolder();
  const saying = more.length > 0 ? undefined : await sayingOf(command, what, values, folder.path);
  if (saying === undefined) {
    process.stderr.write(GROWTH_USAGE);
    return 2;
  }
  return await put(saying, values.plain);
}

const OPTIONS = {
  need: { type: "string", default: "" },
  server: { type: "string" },
  version: { type: "string" },
  index: { type: "string" },
  reason: { type: "string", default: "" },
  watch: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  build: { type: "boolean", default: false },
  "not-now": { type: "boolean", default: false },
  never: { type: "boolean", default: false },
  from: { type: "string" },
  plain: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

interface Values {
  readonly need: string;
  readonly server?: string | undefined;
  readonly version?: string | undefined;
  readonly index?: string | undefined;
  readonly reason: string;
  readonly watch: boolean;
  readonly yes: boolean;
  readonly build: boolean;
  readonly "not-now": boolean;
  readonly never: boolean;
  readonly from?: string | undefined;
}

/** What is said for a command; undefined when it is not complete. */
async function sayingOf(
  command: GrowthCommand,
  what: string | undefined,
  values: Values,
  folder: string,
): Promise<Saying | undefined> {
  if (command === "builds") return { text: what === undefined ? "builds" : `build ${what}` };
  if (command === "proposals") return onProposals(what, values);
  if (what === undefined) return undefined;
  switch (command) {
    case "build":
      return building(what, values, folder);
    case "stop-build":
      return { text: `stop build ${what}` };
    case "install": {
      if (isFile(what)) return { text: "install this", files: [resolve(what)], isWatched: values.watch };
      requireNoPath(what);
      const version = values.version === undefined ? "" : ` ${values.version}`;
      const index = values.index === undefined ? "" : ` from ${values.index}`;
      return { text: `install ${what}${version}${index}`, isWatched: values.watch };
    }
    case "undo":
      return { text: `undo ${what}`, ...(values.yes && { press: "Undo" }) };
    case "versions":
      return { text: `versions ${what}` };
    case "approve":
      return { text: `approve ${what}` };
    case "reject":
      return { text: values.reason === "" ? `reject ${what}` : `reject ${what} because ${values.reason}` };
    default:
      return command satisfies never;
  }
}

/** The list, one of them, or a decision on it: one of three, and only a build can be told where from. */
function onProposals(code: string | undefined, values: Values): Saying | undefined {
  const { build, never, from, watch } = values;
  const notNow = values["not-now"];
  const deeds = [build, notNow, never].filter(Boolean).length;
  if (deeds > 1 || (from !== undefined && !build)) return undefined;
  if (code === undefined) return deeds === 0 ? { text: "proposals" } : undefined;
  if (build) return { text: `build proposal ${code}${from === undefined ? "" : ` from ${from}`}`, isWatched: watch };
  if (notNow) return { text: `proposal ${code} not now` };
  return { text: never ? `proposal ${code} never` : `proposal ${code}` };
}

/** A file is attached; what comes in at standard input becomes one. */
async function building(what: string, { need, server, watch }: Values, folder: string): Promise<Saying> {
  const that = need === "" ? "" : ` that ${need}`;
  const at = server === undefined ? "" : ` for ${server}`;
  if (what === "-") {
    const text = await readAll(process.stdin);
    if (/^\s*\$?\s*curl\s/.test(text))
      return { text: `build a module${that} from this: ${text.trim()}`, isWatched: watch };
    const file = join(folder, /^\s*[[{]/.test(text) ? "document.json" : "document.yaml");
    writeFileSync(file, text, { mode: 0o600 });
    return { text: `build a module from this${at}${that}`, files: [file], isWatched: watch };
  }
  if (isFile(what)) return { text: `build a module from this${at}${that}`, files: [resolve(what)], isWatched: watch };
  if (!/^https?:/i.test(what)) requireNoPath(what);
  return { text: `build a module for ${what}${that}`, isWatched: watch };
}

/** What was plainly meant as a file is not said as words when it is not there. */
function requireNoPath(what: string): void {
  if (!/[/\\]|\.(?:json|ya?ml|graphql|txt|nexus-module)$/i.test(what) || /\s/.test(what)) return;
  throw new NexusError("not_found", `no file ${what}`, {
    say: `There is no file ${what}.`,
    hint: "Look whether the path is right; an address begins with https://.",
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "nexus-build-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

async function put({ text, files = [], isWatched = false, press }: Saying, plain: boolean): Promise<number> {
  const config = readConfig();
  const duplex = await connectToRunning(config).catch((cause: unknown) => {
    throw new NexusError("not_running", `no console socket in ${config.dataDir}`, { cause });
  });
  const watch = watchBuild();
  // Where the terminal is: what comes later, such as the card that asks for approval, is seen there.
  const how = {
    duplex,
    mode: "ask",
    channel: MAIN_CHANNEL,
    plain,
    onReply: (message: ReplyMessage) => watch.saw(message),
  } as const;
  await using stage = openStage(terminalOptions(config, how));
  if ((await stage.welcome) === undefined) return 1;
  const answer = await stage.ask({ type: "say", id: randomUUID(), text, files: [...files] });
  if (answer.kind !== "replied") return 1;
  const { message } = answer;
  if (press !== undefined) return await pressed(stage, message.reply, press);
  if (isWatched && isFollowed(message.reply)) return (await watch.endOf(message.reply, stage)) ? 0 : 1;
  return isError(message.reply) ? 1 : 0;
}

async function pressed(stage: Stage, reply: Reply, label: string): Promise<number> {
  const button = reply.parts
    .flatMap((part) => (part.type === "actions" ? part.items : []))
    .find((action) => action.type === "button" && action.label === label);
  if (button?.type !== "button") return isError(reply) ? 1 : 0;
  const answer = await stage.ask({ type: "press", id: randomUUID(), token: button.token });
  return answer.kind === "replied" && !isError(answer.message.reply) ? 0 : 1;
}

function isError({ parts }: Reply): boolean {
  return parts.some((part) => part.type === "notice" && (part.tone === "error" || part.tone === "warning"));
}

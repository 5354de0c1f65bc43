import { parseArgs } from "node:util";
import { NexusError } from "#core/contract/errors.ts";
import { requireNode } from "./node-floor.ts";
import { writeProblem } from "./problem.ts";

const USAGE = `nexus: a chat-ops bot you run yourself

  nexus start                run NEXUS; in a terminal, talk to it
  nexus ask "…" [--file F]   one question, one answer, then exit
  nexus build ADDRESS|FILE   have a module built; builds, install, undo, approve … see build --help
  nexus schedules            what is done by the clock; set, preview, pause … see schedules --help
  nexus hooks                programs outside that may post here; see hooks --help
  nexus route explain "…"    who would answer a sentence, why, and what it would cost
  nexus console              talk to the NEXUS that is already running
  nexus doctor               check the installation, with a fix for what is wrong
  nexus module …             write, test, check and pack a module
  nexus registry …           make, sign and search indexes of modules
  nexus vault …              exchange keys; take credentials out and in
  nexus keys …               API keys for programs: make, list, renew and end them
  nexus models …             list, fetch, choose and try models
  nexus audit …              verify the record of what was done, or export it
  nexus backup               make an encrypted copy of all data, while it runs
  nexus restore FILE         put a backup in the place of the data
  nexus export --out FILE    an org's configuration as one signed file, without secrets
  nexus import FILE          make an org's configuration what such a file says
  nexus erase PERSON         delete everything about a person
  nexus runner --socket PATH start the sandbox's processes for a NEXUS in another container
  nexus help                 this page

Options: --plain (no colour, no drawing: for screen readers and logs)
Settings are environment variables; README.md lists them.
`;

/** Runs one command; only what it needs is loaded. @returns the exit status: 0 done, 1 failed, 2 wrong usage */
async function main(argv: readonly string[]): Promise<number> {
  // An option before the command is read as one after it.
  const [first, ...rest] = argv[0] === "--plain" ? [...argv.slice(1), "--plain"] : argv;
  // The doctor says it among everything else.
  if (first !== "doctor") requireNode(process.versions.node);
  if (first === "module") return moduleKit(rest);
  if (first === "runner") return runnerService(rest);
  const data = await dataCommand(first === "help" ? rest[0] : first);
  if (data !== undefined) return runDataCommand(data, first === "help" ? ["--help"] : rest);
  if (first === "models") return (await import("./models.ts")).modelsCommand(rest);
  if (first === "audit") return (await import("./audit.ts")).auditCommand(rest);
  if (first === "vault") return (await import("./vault.ts")).vaultCommand(rest);
  if (first === "keys") return (await import("./keys.ts")).keysCommand(rest);
  if (first === "help" && rest[0] === "module") return moduleKit([]);
  const parsed = readArguments(argv);
  if (typeof parsed === "string") {
    process.stderr.write(`nexus: ${parsed}\n\n${USAGE}`);
    return 2;
  }
  const { command, words, plain, files } = parsed;
  switch (command) {
    case "start":
      return (await import("./start.ts")).start({ plain });
    case "ask":
      return (await import("./ask.ts")).ask({ text: words.join(" "), files, plain });
    case "console":
      return (await import("./console.ts")).attachConsole({ plain });
    case "doctor":
      return (await import("./doctor.ts")).doctor({ plain });
    case "help":
      process.stdout.write(USAGE);
      return 0;
    default:
      return command satisfies never;
  }
}

interface DataCommand {
  readonly usage: string;
  readonly run: (argv: readonly string[]) => Promise<number>;
}

/** What works on the data itself, beside a running NEXUS or without one. */
async function dataCommand(name: string | undefined): Promise<DataCommand | undefined> {
  switch (name) {
    case "backup": {
      const { backup, BACKUP_USAGE } = await import("./backup.ts");
      return { usage: BACKUP_USAGE, run: backup };
    }
    case "restore": {
      const { restore, RESTORE_USAGE } = await import("./restore.ts");
      return { usage: RESTORE_USAGE, run: restore };
    }
    case "export": {
      const { exportOrg, EXPORT_USAGE } = await import("./export.ts");
      return { usage: EXPORT_USAGE, run: exportOrg };
    }
    case "import": {
      const { importOrg, IMPORT_USAGE } = await import("./import.ts");
      return { usage: IMPORT_USAGE, run: importOrg };
    }
    case "route": {
      const { routeCommand, ROUTE_USAGE } = await import("./route.ts");
      return { usage: ROUTE_USAGE, run: routeCommand };
    }
    case "schedules": {
      const { schedulesCommand, SCHEDULES_USAGE } = await import("./schedules.ts");
      return { usage: SCHEDULES_USAGE, run: schedulesCommand };
    }
    case "hooks": {
      const { hooksCommand, HOOKS_USAGE } = await import("./hooks.ts");
      return { usage: HOOKS_USAGE, run: hooksCommand };
    }
    case "registry": {
      const { registryCommand, REGISTRY_USAGE } = await import("./registry.ts");
      return { usage: REGISTRY_USAGE, run: registryCommand };
    }
    case "build":
    case "builds":
    case "stop-build":
    case "install":
    case "undo":
    case "versions":
    case "approve":
    case "reject":
    case "proposals": {
      const { growthCommand, GROWTH_USAGE } = await import("./growth.ts");
      return { usage: GROWTH_USAGE, run: (argv) => growthCommand(name, argv) };
    }
    case "erase": {
      const { erase, ERASE_USAGE } = await import("./erase.ts");
      return { usage: ERASE_USAGE, run: erase };
    }
    default:
      return undefined;
  }
}

async function runDataCommand({ usage, run }: DataCommand, argv: readonly string[]): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return await run(argv);
  } catch (error) {
    // What parseArgs refuses, it says in words.
    if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")))
      throw error;
    process.stderr.write(`nexus: ${error.message}\n\n${usage}`);
    return 2;
  }
}

async function moduleKit(argv: readonly string[]): Promise<number> {
  const { moduleCommand } = await import("./module.ts");
  return moduleCommand(argv);
}

async function runnerService(argv: readonly string[]): Promise<number> {
  const { runner } = await import("./runner.ts");
  return runner(argv);
}

const COMMANDS = ["start", "ask", "console", "doctor", "help"] as const;

interface Arguments {
  readonly command: (typeof COMMANDS)[number];
  readonly words: readonly string[];
  readonly files: readonly string[];
  readonly plain: boolean;
}

/** The command line read, or what is wrong with it. */
function readArguments(argv: readonly string[]): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        plain: { type: "boolean", default: false },
        file: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const [name = "help", ...words] = positionals;
    const command = COMMANDS.find((known) => known === name);
    if (command === undefined) return `there is no command “${name}”`;
    const all = { words, files: values.file, plain: values.plain };
    if (values.help) return { ...all, command: "help" };
    if (command === "ask" && words.length === 0 && values.file.length === 0)
      return "ask what? Put the question in quotes";
    return { ...all, command };
  } catch (error) {
    return error instanceof Error ? error.message : "the options cannot be read";
  }
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever read has gone (`| head -1`): there is nobody left to tell anything.
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  writeProblem(error instanceof NexusError ? error : new NexusError("internal", String(error), { cause: error }));
  process.exitCode = 1;
}

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createLog } from "#core/telemetry/log.ts";
import { createEngines } from "#sandbox/engines/engines.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { startRunnerService } from "#sandbox/launch/service/runner-service.ts";
import { listPrograms } from "#sandbox/programs.ts";

const USAGE = `nexus runner: starts the sandbox's processes for a NEXUS beside it

  nexus runner --socket PATH [--processes 64]

It reads no setting and no database. NEXUS finds it by NEXUS_SANDBOX_SOCKET=PATH.
docs/operations.md, “The sandbox”, says when it is wanted.
`;

/** Twice what NEXUS keeps with the most runners it may be set to, since those that are replaced overlap. */
const PROCESSES = 64;

/** Runs the runner service until SIGTERM or SIGINT. @returns the exit status: 0 done, 2 wrong usage */
export async function runner(argv: readonly string[]): Promise<number> {
  const wanted = readArguments(argv);
  if (typeof wanted === "string") {
    process.stderr.write(`nexus: ${wanted}\n\n${USAGE}`);
    return 2;
  }
  if (wanted.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const log = createLog({ level: "info", destination: 1 });
  const stopped = new Promise<void>((done) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => done());
  });
  await using launcher = createLocalLauncher();
  await using _service = await startRunnerService({
    socketPath: wanted.socket,
    launcher,
    programs: listPrograms(createEngines()),
    processes: wanted.processes,
    log,
  });
  await stopped;
  log.info({}, "runner service stopped");
  return 0;
}

function readArguments(
  argv: readonly string[],
): { readonly socket: string; readonly processes: number; readonly help: boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        socket: { type: "string" },
        processes: { type: "string", default: String(PROCESSES) },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const processes = Number(values.processes);
    if (values.help) return { socket: "", processes, help: true };
    if (values.socket === undefined || values.socket === "") return "where? Name the socket with --socket PATH";
    if (!Number.isInteger(processes) || processes < 1 || processes > 1_000)
      return "--processes takes a number from 1 to 1000";
    return { socket: resolve(values.socket), processes, help: false };
  } catch (error) {
    return error instanceof Error ? error.message : "the options cannot be read";
  }
}

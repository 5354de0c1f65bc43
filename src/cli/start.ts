import { join } from "node:path";
import { MAIN_CHANNEL } from "#bot/console/door.ts";
import { readConfig } from "#config.ts";
import { createLog } from "#core/telemetry/log.ts";
import { type Nexus, startNexus } from "#main.ts";
import { attendance, talk } from "./terminal.ts";

/**
 * Runs NEXUS until it is told to stop: a terminal talks, a pipe is answered line by line and ends it, and with neither
 * it serves. @returns the exit status
 */
export async function start({ plain }: { readonly plain: boolean }): Promise<number> {
  const config = readConfig();
  const who = attendance();
  // Whoever reads the screen reads answers: the log has its own file then.
  const log = createLog({
    level: config.logLevel,
    destination: who === "nobody" ? 1 : join(config.dataDir, "nexus.log"),
  });
  const stopped = untilSignal();
  // A library's forgotten promise must not take every conversation down with it. What matters is on disk.
  process.on("unhandledRejection", (err) => log.error({ err }, "a promise that nobody waited for was rejected"));
  try {
    await using nexus = await startNexus(config, { log });
    if (who === "nobody") return await serve(nexus, stopped);
    const mode = who === "person" ? "interactive" : "piped";
    const talked = talk(config, { duplex: nexus.console.attach(), mode, channel: MAIN_CHANNEL, plain });
    const ended = await Promise.race([talked, stopped]);
    // An empty pipe is a service manager that keeps one open for no reason: it wants a service.
    if (typeof ended === "object" && who === "pipe" && ended.answered === 0) return await serve(nexus, stopped);
    return typeof ended === "object" ? ended.exitCode : 0;
  } finally {
    log.close();
  }
}

/** Says once what is on, then works until a signal. */
async function serve(nexus: Nexus, stopped: Promise<NodeJS.Signals>): Promise<number> {
  for (const { state, name, detail } of await nexus.core.status()) {
    process.stderr.write(`  ${state.padEnd(8)} ${name.padEnd(12)} ${detail}\n`);
  }
  process.stderr.write("  Talk to it with: npm run nexus -- console\n");
  await stopped;
  return 0;
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      let asked = false;
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      });
    }
  });
}

import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { type Config, readConfig } from "#config.ts";
import { createLog } from "#core/telemetry/log.ts";
import { startNexus } from "#main.ts";
import { connectToRunning } from "./running.ts";
import { talk } from "./terminal.ts";

interface Question {
  readonly text: string;
  readonly files: readonly string[];
  readonly plain: boolean;
}

/** One question, one answer: from the running NEXUS, or from one started for it. @returns 1 when the answer is an error */
export async function ask(question: Question): Promise<number> {
  const config = readConfig();
  const running = await connectToRunning(config).catch(() => undefined);
  if (running !== undefined) return put(config, question, running);
  const log = createLog({ level: config.logLevel, destination: join(config.dataDir, "nexus.log") });
  try {
    await using nexus = await startNexus({ ...config, http: { ...config.http, port: "off" } }, { log });
    return await put(config, question, nexus.console.attach());
  } finally {
    log.close();
  }
}

/** A conversation of its own, so that it neither continues nor disturbs the one in the terminal. */
async function put(
  config: Config,
  { text, files, plain }: Question,
  duplex: Parameters<typeof talk>[1]["duplex"],
): Promise<number> {
  const channel = `ask-${randomUUID().slice(0, 8)}`;
  const paths = files.map((file) => resolve(file));
  const { exitCode } = await talk(config, { duplex, mode: "ask", question: text, files: paths, channel, plain });
  return exitCode;
}

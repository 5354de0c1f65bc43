import { writeSync } from "node:fs";
import { readConfig } from "#config.ts";
import { startNexus } from "#main.ts";
import { createTestDoor } from "#test/platforms/test-door.ts";
import { countSteps } from "./install-steps.ts";

/**
 * What the drill of hooks kills: the whole service, listening, with a door to the platform of the drill. Arguments: the
 * data directory, the socket of the platform, and the step to die before; steps are counted from `SIGUSR2` on, once it is
 * quiet, and without a name only told on its standard output.
 */
const [dataDir, socketPath, dieBefore] = process.argv.slice(2);
if (dataDir === undefined || socketPath === undefined) {
  throw new Error("usage: hook-service.ts <data dir> <socket> [step]");
}

const steps = countSteps(dieBefore);
const door = createTestDoor(socketPath);
const quiet = (): void => undefined;
const complain = (fields: object, message: string): void => console.error(message, fields);
const nexus = await startNexus(
  readConfig({
    ...process.env,
    NEXUS_DATA_DIR: dataDir,
    NEXUS_HTTP_PORT: "0",
    NEXUS_HTTP_PUBLIC_URL: "https://nexus.example.com",
    NEXUS_SHUTDOWN_MS: "5000",
  }),
  {
    log: { debug: quiet, info: quiet, warn: quiet, error: complain },
    doors: [door],
    bundles: [],
  },
);
process.once("SIGUSR2", () => void steps.armWhenQuiet());
writeSync(1, `listening ${nexus.origin}\n`);

async function end(): Promise<void> {
  await nexus[Symbol.asyncDispose]();
  // Whoever hands in a door closes it: its line would keep this process.
  await door[Symbol.asyncDispose]();
}

process.once("SIGTERM", () => void end());

import { once } from "node:events";
import { writeSync } from "node:fs";
import { connect } from "node:net";
import { readConfig } from "#config.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { startNexus } from "#main.ts";
import { createTestDoor } from "#test/platforms/test-door.ts";
import { countSteps } from "./install-steps.ts";

/**
 * What the installation drill kills: the whole service, with a door to the platform of the drill. Arguments: the data
 * directory, the socket of the platform, the port of the outside world, when it begins to count what it writes (`asked`:
 * on `SIGUSR2`, once it is quiet; `start`: at once), and the name of the step to die before. Without a name it only
 * tells, on its standard output, what there was.
 */
const [dataDir, socketPath, port, countFrom, dieBefore] = process.argv.slice(2);
if (dataDir === undefined || socketPath === undefined || port === undefined) {
  throw new Error("usage: install-service.ts <data dir> <socket> <port> [asked|start] [step]");
}

const ending = Promise.withResolvers<void>();
process.once("SIGTERM", () => ending.resolve());

const steps = countSteps(dieBefore);
if (countFrom === "start") steps.arm();
const door = createTestDoor(socketPath);
const quiet = (): void => undefined;
const complain = (fields: object, message: string): void => console.error(message, fields);
const nexus = await startNexus(
  readConfig({ ...process.env, NEXUS_DATA_DIR: dataDir, NEXUS_HTTP_PORT: "off", NEXUS_SHUTDOWN_MS: "5000" }),
  {
    log: { debug: quiet, info: quiet, warn: quiet, error: complain },
    doors: [door],
    bundles: [loadBundle(new URL("act/", import.meta.url))],
    egress: {
      lookup: () => Promise.resolve(["127.0.0.1"]),
      allowAddress: (address) => address === "127.0.0.1",
      async connect() {
        const socket = connect(Number(port), "127.0.0.1");
        await once(socket, "connect");
        return socket;
      },
    },
  },
);

process.once("SIGUSR2", () => void steps.armWhenQuiet());
writeSync(1, "started\n");

await ending.promise;
await nexus[Symbol.asyncDispose]();
// Whoever hands in a door closes it: its line would keep this process.
await door[Symbol.asyncDispose]();

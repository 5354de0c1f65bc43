import { once } from "node:events";
import { connect } from "node:net";
import { readConfig } from "#config.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { startNexus } from "#main.ts";
import { createTestDoor } from "#test/platforms/test-door.ts";

/**
 * What the kill drill kills: the whole service, with a door to the platform of the drill and a module that has an effect
 * in the outside world. Arguments: the data directory, the socket of the platform (or `none`, when the settings name a
 * platform instead), the port of the outside world, and the folder of another module than the one with the effect.
 */
const [dataDir, socketPath, port, module = "act"] = process.argv.slice(2);
if (dataDir === undefined || socketPath === undefined || port === undefined) {
  throw new Error("usage: kill-service.ts <data dir> <socket> <port>");
}

const door = socketPath === "none" ? undefined : createTestDoor(socketPath);
const quiet = (): void => undefined;
const complain = (fields: object, message: string): void => console.error(message, fields);
const nexus = await startNexus(
  readConfig({ ...process.env, NEXUS_DATA_DIR: dataDir, NEXUS_HTTP_PORT: "off", NEXUS_SHUTDOWN_MS: "5000" }),
  {
    log: { debug: quiet, info: quiet, warn: quiet, error: complain },
    doors: door === undefined ? [] : [door],
    bundles: [loadBundle(new URL(`${module}/`, import.meta.url))],
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

async function end(): Promise<void> {
  await nexus[Symbol.asyncDispose]();
  // Whoever hands in a door closes it: its line would keep this process.
  await door?.[Symbol.asyncDispose]();
}

process.once("SIGTERM", () => void end());

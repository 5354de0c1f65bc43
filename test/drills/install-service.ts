import { once } from "node:events";
import { writeSync } from "node:fs";
import { connect } from "node:net";
import Sqlite from "better-sqlite3";
import { readConfig } from "#config.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { startNexus } from "#main.ts";
import { createTestDoor } from "#test/platforms/test-door.ts";

/**
 * What the installation drill kills: the whole service, with a door to the platform of the drill. Arguments: the data
 * directory, the socket of the platform, and the port of the outside world. On `SIGUSR2` it begins to count what it
 * writes to the database, and dies by `SIGKILL` just before the statement whose number it was given; without a number it
 * only tells, on its standard output, how many there were.
 */
const [dataDir, socketPath, port, killBefore = "0"] = process.argv.slice(2);
if (dataDir === undefined || socketPath === undefined || port === undefined) {
  throw new Error("usage: install-service.ts <data dir> <socket> <port> [statement]");
}

let isArmed = false;
let written = 0;
process.on("SIGUSR2", () => {
  isArmed = true;
  writeSync(1, "armed\n");
});

/** Every statement that changes something passes here before it is executed: rows, and the bounds of transactions. */
const prepare: unknown = Reflect.get(Sqlite.prototype, "prepare");
function counted(this: Sqlite.Database, text: string): Sqlite.Statement {
  if (typeof prepare !== "function") throw new Error("the library has changed");
  const statement: Sqlite.Statement = Reflect.apply(prepare, this, [text]);
  if (/^\s*(?:select|pragma|with)\b/i.test(text)) return statement;
  const before = (): void => {
    if (!isArmed) return;
    written += 1;
    if (written === Number(killBefore)) process.kill(process.pid, "SIGKILL");
    if (killBefore === "0") writeSync(1, `${written} ${text.replaceAll(/\s+/g, " ").slice(0, 100)}\n`);
  };
  return new Proxy(statement, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (name === "run" || name === "all" || name === "get") before();
        return Reflect.apply(value, target, args);
      };
    },
  });
}
Object.defineProperty(Sqlite.prototype, "prepare", { value: counted });

const quiet = (): void => undefined;
const complain = (fields: object, message: string): void => console.error(message, fields);
const nexus = await startNexus(
  readConfig({ ...process.env, NEXUS_DATA_DIR: dataDir, NEXUS_HTTP_PORT: "off", NEXUS_SHUTDOWN_MS: "5000" }),
  {
    log: { debug: quiet, info: quiet, warn: quiet, error: complain },
    doors: [createTestDoor(socketPath)],
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

process.once("SIGTERM", () => void nexus[Symbol.asyncDispose]());

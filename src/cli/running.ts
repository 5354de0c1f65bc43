import { connect } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Config } from "#config.ts";

/** Connects to the NEXUS that runs on this data directory; rejects when none does. */
export function connectToRunning({ dataDir }: Config): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(dataDir, "console.sock"));
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

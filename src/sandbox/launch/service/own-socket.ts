import { chmodSync, statSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { NexusError } from "#core/contract/errors.ts";

/** Owner and group may connect: the service and NEXUS share a group, and nobody else is in it. */
const MODE = 0o660;

/**
 * Lets a server listen on a socket of its own. One that a dead service left behind is replaced.
 * @throws NexusError config_invalid when a service answers there already, something else is there, or it cannot be made
 */
export async function listenOn(server: Server, path: string): Promise<void> {
  await clear(path);
  const umask = process.umask(0o777 & ~MODE);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
    chmodSync(path, MODE);
  } catch (cause) {
    throw new NexusError("config_invalid", `cannot listen on ${path}`, {
      cause,
      say: `The runner service cannot make its socket ${path}: ${messageOf(cause)}.`,
      hint: "Name a path in a folder that is the service's own and is there already.",
    });
  } finally {
    process.umask(umask);
  }
}

async function clear(path: string): Promise<void> {
  const present = statSync(path, { throwIfNoEntry: false });
  if (present === undefined) return;
  if (!present.isSocket()) {
    throw new NexusError("config_invalid", `${path} is not a socket`, {
      say: `${path} is there already, and is no socket.`,
      hint: "Name another path, or move what is there.",
    });
  }
  if (await answers(path)) {
    throw new NexusError("config_invalid", `${path} is in use`, {
      say: `Another runner service already answers on ${path}.`,
      hint: "Stop it first, or name another path.",
    });
  }
  unlinkSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

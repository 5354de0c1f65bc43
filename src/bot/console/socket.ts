import { chmod, lstat, unlink } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { NexusError } from "#core/contract/errors.ts";

/** What fits into `sockaddr_un` on every platform Node runs on, the final zero included: macOS has the least. */
const MAX_PATH_BYTES = 103;

/**
 * Listens on a Unix socket that only its owner may open. A socket left behind by a process that died is replaced; the
 * caller must hold the data directory's lock.
 * @throws NexusError data_unusable
 */
export async function listenOnSocket(path: string, connected: (socket: Socket) => void): Promise<Server> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new NexusError("data_unusable", `socket path longer than ${MAX_PATH_BYTES} bytes: ${path}`, {
      say: "The path of the data directory is too long for the console's socket.",
      hint: `Set NEXUS_DATA_DIR to a path of at most ${MAX_PATH_BYTES - "/console.sock".length} bytes.`,
    });
  }
  await removeStale(path);
  const server = createServer(connected);
  const listening = Promise.withResolvers<void>();
  server.once("error", (error) =>
    listening.reject(new NexusError("data_unusable", `cannot listen on ${path}`, { cause: error })),
  );
  // The socket is made inside listen(): without the mask it would be open to others until chmod.
  const mask = process.umask(0o177);
  try {
    server.listen(path, listening.resolve);
  } finally {
    process.umask(mask);
  }
  await listening.promise;
  await chmod(path, 0o600);
  return server;
}

async function removeStale(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket()) throw new NexusError("data_unusable", `${path} exists and is not a socket`);
  await unlink(path);
}

import type { Client } from "discord.js";

/** Saying goodbye takes one frame each way. */
const GOODBYE_MS = 2_000;

/**
 * Closes a client's connection. The library's own `destroy` never ends when it meets a connection that is just being
 * made: two of its closings wait for the one event of which only the later is told. After two seconds the goodbye is
 * given up, and the socket goes with the client.
 */
export async function leave(client: Client): Promise<void> {
  const givenUp = Promise.withResolvers<void>();
  const timer = setTimeout(givenUp.resolve, GOODBYE_MS);
  await Promise.race([client.destroy(), givenUp.promise]);
  clearTimeout(timer);
}

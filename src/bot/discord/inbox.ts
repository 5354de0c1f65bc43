import { setTimeout as pause } from "node:timers/promises";
import type { DoorCore, Received } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Log } from "#core/contract/ports.ts";

/**
 * Takes a message, again if what it takes to know its place and its author cannot be asked for just now.
 * @throws whatever the last of several tries threw
 */
export async function tryToTake(take: () => Promise<void>, log: Log, signal: AbortSignal): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await take();
    } catch (thrown) {
      const error = asNexusError(thrown);
      if (!error.retryable || signal.aborted || failures >= MOST_TRIES) throw thrown;
      log.warn({ err: error, failures }, "a Discord message could not be taken yet");
      await pauseAfter(failures, signal);
    }
  }
}

/**
 * Writes a message to the inbox, however long that takes: Discord does not repeat one that was heard.
 * @returns undefined when the door closed first; the message is asked for again at the next start
 */
export async function receiveMessage(
  core: DoorCore,
  inbound: Inbound,
  log: Log,
  signal: AbortSignal,
): Promise<Received | undefined> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      return await core.receive(inbound);
    } catch (thrown) {
      log.error({ err: asNexusError(thrown), failures }, "a Discord message could not be written down yet");
      await pauseAfter(failures, signal);
    }
  }
  return undefined;
}

/** Longer after each failure, and over at once when the door closes. */
async function pauseAfter(failures: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

const MOST_TRIES = 5;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

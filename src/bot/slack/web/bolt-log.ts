import { type Logger, LogLevel } from "@slack/bolt";
import type { Log } from "#core/contract/ports.ts";

/** The SDK's log in ours. Its chatter holds whole payloads, tokens included, and is dropped. */
export function boltLog(log: Log): Logger {
  const line = (words: readonly unknown[]): string => words.filter((word) => typeof word === "string").join(" ");
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...words) => log.warn({ sdk: line(words) }, "the Slack library warns"),
    // What fails is reported where it is caught; the library's line is for whoever looks closer.
    error: (...words) => log.warn({ sdk: line(words) }, "the Slack library reports an error"),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}

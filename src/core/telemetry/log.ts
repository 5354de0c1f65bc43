import { type DestinationStream, pino } from "pino";
import { NexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import { redactLine, SECRET_PATHS } from "./redact.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error" | "silent";
  /** A file's path, or 1 for standard output. */
  readonly destination: string | 1;
}

/** A log, and the means to end it: what was written before `close` is on disk after it. */
export interface OwnedLog extends Log {
  close(): void;
}

/**
 * The JSON log of the service. Secrets are removed twice: by field name, and by what keys look like.
 * @throws NexusError data_unusable when the file cannot be opened
 */
export function createLog({ level, destination }: LogOptions): OwnedLog {
  const stream = openDestination(destination);
  // A full disk must not take the service down with its log.
  stream.on("error", () => undefined);
  return { ...writeTo(stream, level), close: () => stream.end() };
}

function openDestination(destination: LogOptions["destination"]) {
  try {
    return pino.destination({ dest: destination, sync: true, mkdir: true, mode: 0o600 });
  } catch (cause) {
    throw new NexusError("data_unusable", `cannot write ${destination}`, {
      cause,
      say: `The log file ${destination} cannot be written.`,
    });
  }
}

/** The same log over any stream, for tests that read what was written. */
export function writeTo(stream: DestinationStream, level: LogOptions["level"]): Log {
  const paths = SECRET_PATHS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const logger = pino(
    { level, base: null, redact: { paths, censor: "[redacted]" }, hooks: { streamWrite: redactLine } },
    stream,
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

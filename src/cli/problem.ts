import type { NexusError } from "#core/contract/errors.ts";

/** Writes an error a person can act on: what, why, next step, code. The stack is only for errors of our own making. */
export function writeProblem(error: NexusError): void {
  process.stderr.write(`nexus: ${error.say}\n  ${error.hint}\n  (${error.code})\n`);
  if (error.code === "internal") process.stderr.write(`${describe(error.cause ?? error)}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

import type { Log } from "#core/contract/ports.ts";

/** A log for what is of no interest to a test. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

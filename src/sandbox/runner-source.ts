import { readFileSync } from "node:fs";
import { transformSync } from "amaro";

/** The JavaScript a runner is started with. */
export interface RunnerSource {
  /** What the process runs: `runner.ts`. */
  readonly runner: string;
  /** What every isolate runs before the module: `inside.ts`. */
  readonly inside: string;
  /** What the snapshot of every isolate has run: `gather.ts`. */
  readonly gather: string;
}

/** Reads the runner's three files and takes their types off once, which saves every runner 28 of its 65 ms of start. */
export function readRunnerSource(): RunnerSource {
  return { runner: strip("runner.ts"), inside: strip("inside.ts"), gather: strip("gather.ts") };
}

function strip(file: string): string {
  return transformSync(readFileSync(new URL(file, import.meta.url), "utf8"), { mode: "strip-only" }).code;
}

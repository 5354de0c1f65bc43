import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Manifest } from "#core/contract/manifest.ts";
import type { LabelledText } from "./classifier/train-classifier.ts";
import type { TierExample } from "./predict-tier.ts";

/** What is to be learned from what. */
export type FitTask =
  | { readonly kind: "reflex"; readonly modules: readonly Manifest[]; readonly recent: readonly LabelledText[] }
  | { readonly kind: "tiers"; readonly examples: readonly TierExample[] };

/** Learns something and returns it as text; undefined when there was nothing to learn. */
export type Fit = (task: FitTask, signal: AbortSignal) => Promise<string | undefined>;

const Fitted = z.strictObject({ text: z.string().optional() });

/**
 * Learns in a process of its own, so that nobody waits for an answer meanwhile. It goes when it is done or the signal says
 * so. Not in a thread: one that is ended in the midst of its work can take everybody's process along.
 */
export const fitApart: Fit = async (task, signal) => {
  signal.throwIfAborted();
  const done = Promise.withResolvers<unknown>();
  const child = fork(PROGRAM, [], {
    // It needs nothing of the host's environment.
    env: {},
    execArgv: ["--max-semi-space-size=8"],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const abort = (): void => done.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  child.once("message", done.resolve);
  child.once("error", done.reject);
  child.once("exit", (code, killed) =>
    done.reject(new Error(`the learning process ended with ${killed ?? `status ${code}`}`)),
  );
  try {
    child.send(task, (error) => {
      if (error !== null) done.reject(error);
    });
    return Fitted.parse(await done.promise).text;
  } finally {
    signal.removeEventListener("abort", abort);
    child.kill("SIGKILL");
  }
};

const PROGRAM = fileURLToPath(new URL("./fit-process.ts", import.meta.url));

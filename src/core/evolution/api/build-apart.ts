import { Worker } from "node:worker_threads";
import { NexusError } from "#core/contract/errors.ts";
import type { WriteWish, WrittenModule } from "#core/evolution/writer/written-module.ts";
import type { ApiDescription } from "./api-description.ts";
import type { ApiMaterial } from "./api-material.ts";
import { ApartResult, type ApartTask } from "./apart-task.ts";

/** What a document may take before it is refused. Honest ones of 20 MB take a few seconds. */
export interface ApartLimits {
  readonly timeoutMs: number;
  readonly memoryMib: number;
}

const LIMITS: ApartLimits = { timeoutMs: 30_000, memoryMib: 512 };

/**
 * Describes an API and writes a module for it, in a thread of its own: a document that kills or stalls it is refused,
 * and nobody else notices.
 * @throws NexusError document_unreadable, document_unfit
 */
export async function buildApart(
  { material, wish }: { readonly material: ApiMaterial; readonly wish: WriteWish },
  signal: AbortSignal,
  limits = LIMITS,
): Promise<WrittenModule> {
  const result = await apart({ material, wish }, limits, signal);
  if (result.kind !== "written") throw new Error("the thread described instead of writing");
  return result.written;
}

/**
 * As `describe`, in a thread of its own.
 * @throws NexusError document_unreadable, document_unfit
 */
export async function describeApart(
  material: ApiMaterial,
  signal: AbortSignal,
  limits = LIMITS,
): Promise<ApiDescription> {
  const result = await apart({ material }, limits, signal);
  if (result.kind !== "described") throw new Error("the thread wrote instead of describing");
  return result.api;
}

async function apart(
  task: ApartTask,
  { timeoutMs, memoryMib }: ApartLimits,
  signal: AbortSignal,
): Promise<Exclude<ApartResult, { kind: "failed" }>> {
  signal.throwIfAborted();
  const done = Promise.withResolvers<unknown>();
  const worker = new Worker(new URL("./apart-worker.ts", import.meta.url), {
    workerData: task,
    // it needs nothing of the host's environment
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMib, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
  });
  const abort = (): void => done.reject(signal.reason);
  const timer = setTimeout(() => done.reject(tooMuch(`It took longer than ${timeoutMs / 1_000} seconds.`)), timeoutMs);
  signal.addEventListener("abort", abort, { once: true });
  worker.once("message", done.resolve);
  worker.once("error", (error) =>
    done.reject(isOutOfMemory(error) ? tooMuch("It took too much memory.", error) : error),
  );
  worker.once("exit", (code) => done.reject(new Error(`the reading thread ended with ${code}`)));
  try {
    const result = ApartResult.parse(await done.promise);
    if (result.kind !== "failed") return result;
    throw new NexusError(result.code, result.detail, { say: result.say, hint: result.hint });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    await worker.terminate();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function tooMuch(what: string, cause?: unknown): NexusError {
  return new NexusError("document_unfit", "a document was too much to read", {
    say: `That document is refused. ${what}`,
    ...(cause !== undefined && { cause }),
  });
}

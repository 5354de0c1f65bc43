import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
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
 * Describes an API and writes a module for it, in a process of its own: a document that kills or stalls it is refused,
 * and nobody else notices.
 * @throws NexusError document_unreadable, document_unfit
 */
export async function buildApart(
  { material, wish }: { readonly material: ApiMaterial; readonly wish: WriteWish },
  signal: AbortSignal,
  limits = LIMITS,
): Promise<WrittenModule> {
  const result = await apart({ material, wish }, limits, signal);
  if (result.kind !== "written") throw new Error("the process described instead of writing");
  return result.written;
}

/**
 * As `describe`, in a process of its own.
 * @throws NexusError document_unreadable, document_unfit
 */
export async function describeApart(
  material: ApiMaterial,
  signal: AbortSignal,
  limits = LIMITS,
): Promise<ApiDescription> {
  const result = await apart({ material }, limits, signal);
  if (result.kind !== "described") throw new Error("the process wrote instead of describing");
  return result.api;
}

async function apart(
  task: ApartTask,
  { timeoutMs, memoryMib }: ApartLimits,
  signal: AbortSignal,
): Promise<Exclude<ApartResult, { kind: "failed" }>> {
  signal.throwIfAborted();
  const done = Promise.withResolvers<unknown>();
  // V8 cannot always end a thread of its own that is out of memory without taking everybody's process along.
  const child = fork(PROGRAM, [], {
    // it needs nothing of the host's environment
    env: {},
    execArgv: [`--max-old-space-size=${memoryMib}`, "--max-semi-space-size=16", "--stack-size=2000"],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const abort = (): void => done.reject(signal.reason);
  const timer = setTimeout(() => done.reject(tooMuch(`It took longer than ${timeoutMs / 1_000} seconds.`)), timeoutMs);
  signal.addEventListener("abort", abort, { once: true });
  child.once("message", done.resolve);
  child.once("error", done.reject);
  // Node ends itself so where V8 finds no more memory; the kernel, where it finds none itself.
  child.once("exit", (code, killed) => {
    const how = killed ?? `status ${code}`;
    const dead = killed !== null && NO_MEMORY.has(killed);
    done.reject(dead ? tooMuch("It took too much memory.", how) : new Error(`the reading process ended with ${how}`));
  });
  try {
    child.send(task, (error) => {
      if (error !== null) done.reject(error);
    });
    const result = ApartResult.parse(await done.promise);
    if (result.kind !== "failed") return result;
    throw new NexusError(result.code, result.detail, { say: result.say, hint: result.hint });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    child.kill("SIGKILL");
  }
}

const PROGRAM = fileURLToPath(new URL("./apart-process.ts", import.meta.url));
const NO_MEMORY: ReadonlySet<NodeJS.Signals> = new Set(["SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV", "SIGKILL"]);

function tooMuch(what: string, cause?: unknown): NexusError {
  return new NexusError("document_unfit", "a document was too much to read", {
    say: `That document is refused. ${what}`,
    ...(cause !== undefined && { cause }),
  });
}

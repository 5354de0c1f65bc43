import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { z } from "zod";
import { CANARY_VARIABLE } from "./canaries.ts";
import type { AbuseCase } from "./case-file.ts";
import { blank, CaseResult } from "./case-result.ts";

const Answer = z.strictObject({ result: CaseResult, serviceMib: z.number() });

/** How cases are tried. */
export interface CrewOptions {
  /** Cases at once, each in a process of its own. */
  readonly workers: number;
  /** What such a process runs. */
  readonly script: URL;
  /** A process that is not back with a case by then is dead. */
  readonly caseMs: number;
  readonly onDone?: () => void;
}

/** What came of all cases. */
export interface Tried {
  readonly results: ReadonlyMap<string, CaseResult>;
  /** The most that one of the service processes held, MiB. */
  readonly serviceMib: number;
}

/** Tries every case in service processes. One that dies or hangs is counted, replaced, and takes no other case along. */
export async function tryCases(cases: readonly AbuseCase[], options: CrewOptions): Promise<Tried> {
  const { workers, script, caseMs, onDone } = options;
  const waiting = [...cases];
  const results = new Map<string, CaseResult>();
  let serviceMib = 0;
  const serve = async (): Promise<void> => {
    let worker = startWorker(script);
    for (let abuse = waiting.shift(); abuse !== undefined; abuse = waiting.shift()) {
      const answer = await tryIn(worker, abuse, caseMs);
      if (typeof answer === "string") {
        worker.kill("SIGKILL");
        worker = startWorker(script);
        results.set(abuse.id, { ...blank(abuse.id, answer), deaths: [answer] });
      } else {
        serviceMib = Math.max(serviceMib, answer.serviceMib);
        results.set(abuse.id, answer.result);
      }
      onDone?.();
    }
    const gone = once(worker, "exit");
    worker.disconnect();
    await gone;
  };
  await Promise.all(Array.from({ length: Math.min(workers, cases.length) }, serve));
  return { results, serviceMib };
}

function startWorker(script: URL): ChildProcess {
  return fork(script, [], { env: { ...process.env, [CANARY_VARIABLE]: randomUUID() } });
}

/** The worker's answer; or how it failed to give one. */
async function tryIn(worker: ChildProcess, abuse: AbuseCase, caseMs: number): Promise<z.infer<typeof Answer> | string> {
  const over = new AbortController();
  const late = AbortSignal.any([over.signal, AbortSignal.timeout(caseMs)]);
  try {
    worker.send(abuse);
    const heard = once(worker, "message", { signal: late }).then(([message]) => Answer.parse(message));
    const ended = once(worker, "exit", { signal: over.signal }).then(
      ([code, signal]) => `the service ended (${String(signal ?? code)})`,
    );
    return await Promise.race([heard, ended]);
  } catch (error) {
    return late.aborted
      ? `the service hung for ${caseMs / 1_000} s`
      : `the service could not be used: ${String(error)}`;
  } finally {
    over.abort();
  }
}

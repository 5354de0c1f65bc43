import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { asNexusError, ERRORS, type ErrorCode } from "./errors.ts";

/** What a thread of heavy work says, once; `done` follows, and it is ended. */
export const HeavyAnswer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("answer"), answer: z.unknown() }),
  z.strictObject({
    kind: z.literal("failed"),
    code: z.custom<ErrorCode>((value) => typeof value === "string" && Object.hasOwn(ERRORS, value)),
    detail: z.string(),
    say: z.string(),
    hint: z.string(),
  }),
]);
export type HeavyAnswer = z.infer<typeof HeavyAnswer>;

const Given = z.object({ order: z.unknown() });

/**
 * Does the work of a thread: reads its order, answers once, and lets go when it is told to. To be called by the program of
 * a thread alone.
 */
export async function answerInThread<Order>(
  schema: z.ZodType<Order>,
  work: (order: Order, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const cancelled = new AbortController();
  parentPort?.on("message", (message) => {
    if (message === "cancel") cancelled.abort();
  });
  const answer = await Promise.resolve()
    .then(() => work(schema.parse(Given.parse(workerData).order), cancelled.signal))
    .then(
      (done): HeavyAnswer => ({ kind: "answer", answer: done }),
      (error: unknown): HeavyAnswer => {
        const { code, message, say, hint } = asNexusError(error);
        return { kind: "failed", code, detail: message, say, hint };
      },
    );
  parentPort?.postMessage(answer);
  parentPort?.postMessage(cancelled.signal.aborted ? "cancelled" : "done");
}

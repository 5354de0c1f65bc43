import type { Answer } from "./answer.ts";
import type { Operation } from "./operations.ts";

/** The bad days of a REST API, one operation at a time. */
export interface Faults {
  /** The next `times` requests are answered 429. `global` stops every route of a client that obeys. */
  rateLimit(operation: Operation, limit: { times: number; retryAfterMs: number; global?: boolean }): void;
  /** The next `times` requests are carried out, and the connection ends before the answer. */
  loseResponse(operation: Operation, times: number): void;
  /** The next `times` requests (1 unless told) are not carried out and answered with this status and error code. */
  fail(operation: Operation, status: number, code?: number, times?: number): void;
  /** Every answer waits this long after the work is done; 0 ends it. */
  delay(operation: Operation, ms: number): void;
}

/** What is to go wrong with this one request. */
export interface Fault {
  readonly answer?: Answer;
  readonly lost: boolean;
  readonly delayMs: number;
}

/** Faults, and the taking of the next one for an operation. */
export function createFaults(): Faults & { next(operation: Operation): Fault } {
  const answers = new Map<Operation, Answer[]>();
  const lost = new Map<Operation, number>();
  const delays = new Map<Operation, number>();
  const queue = (operation: Operation, times: number, answer: Answer): void => {
    answers.set(operation, [...(answers.get(operation) ?? []), ...Array.from({ length: times }, () => answer)]);
  };
  return {
    rateLimit(operation, { times, retryAfterMs, global = false }) {
      queue(operation, times, tooMany(retryAfterMs, global ? "global" : "user"));
    },
    loseResponse(operation, times) {
      lost.set(operation, times);
    },
    fail(operation, status, code = 0, times = 1) {
      queue(operation, times, { status, body: { message: `${status}: injected`, code } });
    },
    delay(operation, ms) {
      delays.set(operation, ms);
    },
    next(operation) {
      const delayMs = delays.get(operation) ?? 0;
      const answer = answers.get(operation)?.shift();
      if (answer !== undefined) return { answer, lost: false, delayMs };
      const left = lost.get(operation) ?? 0;
      if (left > 0) lost.set(operation, left - 1);
      return { lost: left > 0, delayMs };
    },
  };
}

/** Source: https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit */
export function tooMany(retryAfterMs: number, scope: "user" | "global" | "shared"): Answer {
  const seconds = retryAfterMs / 1000;
  return {
    status: 429,
    body: { message: "You are being rate limited.", retry_after: seconds, global: scope === "global" },
    headers: {
      "retry-after": String(Math.ceil(seconds)),
      "x-ratelimit-reset-after": seconds.toFixed(3),
      "x-ratelimit-scope": scope,
      ...(scope === "global" ? { "x-ratelimit-global": "true" } : {}),
    },
  };
}

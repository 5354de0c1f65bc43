import { createHash } from "node:crypto";
import type { Answer } from "./answer.ts";
import { tooMany } from "./faults.ts";
import type { Operation } from "./operations.ts";

/** Requests in a window of time. Discord publishes none and tells them by header; these are roomy, so that a test is not slow by accident. */
export interface Bucket {
  readonly limit: number;
  readonly windowMs: number;
}
const ROOMY: Bucket = { limit: 500, windowMs: 1_000 };

/** Counts requests per operation and major parameter, and refuses the one too many. */
export function createBuckets(given: Partial<Record<Operation, Bucket>>): {
  take(operation: Operation, major: string): { headers: Record<string, string>; refused?: Answer };
} {
  const windows = new Map<string, { startedAt: number; used: number }>();
  return {
    take(operation, major) {
      const { limit, windowMs } = given[operation] ?? ROOMY;
      const key = `${operation} ${major}`;
      const now = performance.now();
      const known = windows.get(key);
      const window = known === undefined || now - known.startedAt >= windowMs ? { startedAt: now, used: 0 } : known;
      windows.set(key, window);
      window.used += 1;
      const resetMs = Math.max(1, windowMs - (now - window.startedAt));
      const headers = {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - window.used)),
        "x-ratelimit-reset": ((Date.now() + resetMs) / 1000).toFixed(3),
        "x-ratelimit-reset-after": (resetMs / 1000).toFixed(3),
        "x-ratelimit-bucket": createHash("md5").update(operation).digest("hex"),
      };
      return window.used > limit ? { headers, refused: tooMany(resetMs, "user") } : { headers };
    },
  };
}

/** What the next calls of a method run into. */
export interface Faults {
  rateLimit(method: string, options: { times: number; retryAfterS: number }): void;
  /** Does what is asked, then breaks the connection instead of answering. */
  loseResponse(method: string, times: number): void;
  fail(method: string, error: string, times: number): void;
  /** Answers with this HTTP status and no JSON. */
  httpError(method: string, status: number, times: number): void;
  /** Every call from now on waits this long; 0 ends it. */
  delay(method: string, ms: number): void;
}

export type Fault =
  | { readonly kind: "rate-limit"; readonly retryAfterS: number }
  | { readonly kind: "lose-response" }
  | { readonly kind: "error"; readonly error: string }
  | { readonly kind: "http"; readonly status: number };

/** Bad days, as they were ordered, and what is left of them. */
export interface FaultList extends Faults {
  /** Uses up one fault of the method, the oldest first. */
  take(method: string): Fault | undefined;
  delayMs(method: string): number;
}

/** Creates a day on which all goes well. */
export function createFaults(): FaultList {
  const waiting = new Map<string, Fault[]>();
  const delays = new Map<string, number>();
  function add(method: string, fault: Fault, times: number): void {
    const list = waiting.get(method) ?? [];
    waiting.set(method, [...list, ...Array.from({ length: times }, () => fault)]);
  }
  return {
    rateLimit: (method, { times, retryAfterS }) => add(method, { kind: "rate-limit", retryAfterS }, times),
    loseResponse: (method, times) => add(method, { kind: "lose-response" }, times),
    fail: (method, error, times) => add(method, { kind: "error", error }, times),
    httpError: (method, status, times) => add(method, { kind: "http", status }, times),
    delay: (method, ms) => void delays.set(method, ms),
    take: (method) => waiting.get(method)?.shift(),
    delayMs: (method) => delays.get(method) ?? 0,
  };
}

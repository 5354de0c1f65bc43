import type { Envelope, Transport } from "./transport.ts";

/** One acknowledgement, or its absence, as the app gave it. */
export interface Ack {
  readonly type: Envelope["type"];
  /** The event id of an event, the envelope id of anything else. */
  readonly id: string;
  /** From sending to acknowledgement; when none came, the deadline. */
  ms: number;
  /** After the deadline, never, or with an error instead of a 200. */
  readonly late: boolean;
  readonly attempt: number;
}

/** What became of one envelope. */
export interface Delivered {
  readonly acked: boolean;
  readonly late: boolean;
  readonly ms: number;
  /** What the app said with its acknowledgement: a message, a view, errors. */
  readonly payload: unknown;
}

export interface DeliveryOptions {
  /** https://docs.slack.dev/apis/events-api/#retries */
  readonly retryDelaysMs: readonly number[];
  readonly ackDeadlineMs: number;
  /** Whether an event waits for a connection. */
  readonly waitsForApp: boolean;
  /** How often each event is sent: the vendor promises at least once, not exactly once. */
  deliveries(): number;
}

/** Brings envelopes to the app and repeats events it did not acknowledge in time. */
export interface Delivery extends AsyncDisposable {
  readonly acks: readonly Ack[];
  event(payload: EventPayload): Promise<Delivered>;
  /** Commands, presses and forms: sent once, since a person waits. */
  interaction(type: "slash_commands" | "interactive", payload: Readonly<Record<string, unknown>>): Promise<Delivered>;
  redeliver(eventId: string, options: { times: number; retryAttempt?: number }): Promise<readonly Delivered[]>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

export type EventPayload = Readonly<Record<string, unknown>> & { readonly event_id: string };

/** Creates the postman between Slack and the app's transport (which may change at any time). */
export function createDelivery(transport: () => Transport, options: DeliveryOptions): Delivery {
  const acks: Ack[] = [];
  const sent = new Map<string, EventPayload>();
  const underWay = new Set<Promise<unknown>>();
  const closing = new AbortController();

  function track<Value>(work: Promise<Value>): Promise<Value> {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
    return work;
  }

  async function attempt(envelope: Envelope, id: string, number: number): Promise<Delivered | "lost"> {
    const { signal } = closing;
    if (!options.waitsForApp && !transport().isReady) return GONE;
    if (!(await transport().ready(signal))) return GONE;
    const startedMs = performance.now();
    const elapsed = () => Math.round(performance.now() - startedMs);
    const answered = transport().send(envelope, signal);
    const deadline = Promise.withResolvers<"overdue">();
    const timer = setTimeout(() => deadline.resolve("overdue"), options.ackDeadlineMs);
    const first = await Promise.race([answered, deadline.promise]);
    clearTimeout(timer);
    if (first === "overdue" || first.outcome === "refused") {
      const ms = first === "overdue" ? options.ackDeadlineMs : elapsed();
      const overdue: Ack = { type: envelope.type, id, ms, late: true, attempt: number };
      acks.push(overdue);
      if (first === "overdue") void answered.then((late) => late.outcome === "acked" && (overdue.ms = elapsed()));
      return { acked: false, late: true, ms, payload: undefined };
    }
    if (first.outcome === "lost") return signal.aborted ? GONE : "lost";
    const ms = elapsed();
    acks.push({ type: envelope.type, id, ms, late: false, attempt: number });
    return { acked: true, late: false, ms, payload: first.payload };
  }

  async function bring(payload: EventPayload, firstAttempt: number): Promise<Delivered> {
    let number = firstAttempt;
    let reason = number === 0 ? "" : "timeout";
    for (;;) {
      const retry = { attempt: Math.min(number, options.retryDelaysMs.length), reason };
      const done = await attempt({ type: "events_api", payload, retry }, payload.event_id, number);
      if (done !== "lost" && (done.acked || closing.signal.aborted)) return done;
      // A connection that broke is no answer: the event waits for the next one, however often it breaks.
      reason = done === "lost" ? "connection_failed" : "timeout";
      const delayMs = options.retryDelaysMs[number];
      if (done !== "lost" && delayMs === undefined) return done;
      number += 1;
      if (!(await pause(done === "lost" ? BROKEN_PAUSE_MS : (delayMs ?? 0), closing.signal))) return GONE;
    }
  }

  return {
    acks,
    async event(payload) {
      sent.set(payload.event_id, payload);
      const copies = Array.from({ length: Math.max(1, options.deliveries()) }, () => track(bring(payload, 0)));
      const all = await Promise.all(copies);
      return all.find((one) => one.late || !one.acked) ?? all[0] ?? GONE;
    },
    async interaction(type, payload) {
      const id = typeof payload["trigger_id"] === "string" ? payload["trigger_id"] : type;
      const done = await track(attempt({ type, payload, retry: { attempt: 0, reason: "" } }, id, 0));
      return done === "lost" ? { ...GONE, late: true } : done;
    },
    redeliver(eventId, { times, retryAttempt = 1 }) {
      const payload = sent.get(eventId);
      if (payload === undefined) throw new Error(`event ${eventId} was never sent`);
      return Promise.all(Array.from({ length: times }, () => track(bring(payload, retryAttempt))));
    },
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.allSettled(underWay);
    },
  };
}

/** Keeps a refused connection from being tried in a hot loop. */
const BROKEN_PAUSE_MS = 20;

/** Nobody was there to take it before Slack itself stopped. */
const GONE: Delivered = { acked: false, late: false, ms: 0, payload: undefined };

async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms === 0 || signal.aborted) return !signal.aborted;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), ms);
  signal.addEventListener("abort", () => resolve(false), { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

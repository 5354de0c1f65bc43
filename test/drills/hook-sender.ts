import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";

/** A hook as its sender knows it. */
export interface DrillHook {
  /** Behind the address of whichever service runs. */
  readonly path: string;
  readonly secret: string;
}

/** What a sender was answered, try by try; 0 where nobody answered. */
export type Statuses = readonly number[];

/**
 * Sends one event as programs do: signed anew and under the same name again and again, until it is told that it was taken.
 * @param origin where the service listens at the moment
 * @param patienceMs after which the first answer is not waited for any more, as by a network that loses it
 */
export async function sendUntilTaken(
  origin: () => string | undefined,
  hook: DrillHook,
  title: string,
  signal: AbortSignal,
  patienceMs?: number,
): Promise<Statuses> {
  const statuses: number[] = [];
  while (!signal.aborted) {
    const isHasty = patienceMs !== undefined && statuses.length === 0;
    const until = isHasty ? AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) : signal;
    const status = await sendOnce(origin(), hook, title, until);
    statuses.push(status);
    if (status === 202 || status === 200) break;
    await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  return statuses;
}

async function sendOnce(
  origin: string | undefined,
  { path, secret }: DrillHook,
  title: string,
  signal: AbortSignal,
): Promise<number> {
  if (origin === undefined) return 0;
  const [body, at, id] = [JSON.stringify({ title }), new Date(), `msg_${title}`];
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  try {
    const response = await fetch(`${origin}${path}`, { method: "POST", headers, body, signal });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}

const RETRY_MS = 50;

import type { Clock } from "#core/contract/ports.ts";
import type { TokenAnswer } from "./token-endpoint.ts";

/** What is kept of one try to get a token: the token, a refusal, or that what is stored is for another kind of need. */
export type HeldAnswer = TokenAnswer | { readonly granted: false; readonly reason: "mismatch" };

/** Access tokens in memory, fetched once however many ask at the same time. */
export interface AccessTokens {
  /** The cached answer for `key`, or that of `fetchToken`, shared with whoever else is waiting for it. */
  get(key: string, fetchToken: () => Promise<FetchedToken>, signal: AbortSignal): Promise<HeldAnswer>;
  /** The same, fetched anew whatever is known: the token there was goes on being used until the answer is here. */
  renew(key: string, fetchToken: () => Promise<FetchedToken>, signal: AbortSignal): Promise<HeldAnswer>;
  /** Forgets every answer whose key starts with `prefix`. */
  forget(prefix: string): void;
}

/** An answer, and the key to keep it under: another than was asked for when the credential was replaced on the way. */
export interface FetchedToken {
  readonly answer: HeldAnswer;
  readonly key: string;
}

/** A token is fetched anew before it ends, so that none runs out on its way. */
const SHARE_OF_LIFE = 0.8;
/** A refused credential is not tried again for this long: every try counts against the provider's limits. */
const REFUSED_FOR_MS = 60_000;

/** An empty cache of access tokens. Nothing in it ever reaches the disk. */
export function createAccessTokens(clock: Clock): AccessTokens {
  const known = new Map<string, { answer: HeldAnswer; until: number }>();
  const flights = new Map<string, Promise<HeldAnswer>>();

  function takeOff(key: string, fetchToken: () => Promise<FetchedToken>): Promise<HeldAnswer> {
    const startedAt = clock().getTime();
    const fly = async (): Promise<HeldAnswer> => {
      try {
        const fetched = await fetchToken();
        const { answer } = fetched;
        const lifeMs = answer.granted ? answer.lifetimeS * 1000 * SHARE_OF_LIFE : REFUSED_FOR_MS;
        // Not when `forget` came in between: the answer is then that of a credential no longer wanted.
        if (flights.get(key) === flight) known.set(fetched.key, { answer, until: startedAt + lifeMs });
        return answer;
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    };
    const flight = Promise.resolve().then(fly);
    flights.set(key, flight);
    return flight;
  }

  return {
    async get(key, fetchToken, signal) {
      signal.throwIfAborted();
      const hit = known.get(key);
      if (hit !== undefined && clock().getTime() < hit.until) return hit.answer;
      known.delete(key);
      return orAborted(flights.get(key) ?? takeOff(key, fetchToken), signal);
    },
    renew: (key, fetchToken, signal) => orAborted(flights.get(key) ?? takeOff(key, fetchToken), signal),
    forget(prefix) {
      for (const key of known.keys()) if (key.startsWith(prefix)) known.delete(key);
      for (const key of flights.keys()) if (key.startsWith(prefix)) flights.delete(key);
    },
  };
}

/** `promise`, unless the signal fires first. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

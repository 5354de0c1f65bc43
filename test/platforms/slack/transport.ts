/** One thing Slack tells the app, whichever way it travels. */
export interface Envelope {
  readonly type: "events_api" | "slash_commands" | "interactive";
  readonly payload: Readonly<Record<string, unknown>>;
  /** Attempt 0 is the first. */
  readonly retry: { readonly attempt: number; readonly reason: string };
}

/** What the app did with an envelope: `lost` when the connection broke, `refused` when it answered with an error. */
export type Sent =
  | { readonly outcome: "acked"; readonly payload: unknown }
  | { readonly outcome: "refused" }
  | { readonly outcome: "lost" };

/** A way to the app: its sockets, or its HTTP endpoint. */
export interface Transport {
  /** Waits until the app can be reached; false when `signal` ended the wait. */
  ready(signal: AbortSignal): Promise<boolean>;
  readonly isReady: boolean;
  send(envelope: Envelope, signal: AbortSignal): Promise<Sent>;
}

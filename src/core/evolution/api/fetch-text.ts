/** One question to a stranger's server. */
export interface TextRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface TextAnswer {
  readonly status: number;
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Where it came from in the end, if it was sent on. */
  readonly url: string;
}

/**
 * Asks a stranger's server, through the egress broker: public hosts only, limits on time and size.
 * @throws NexusError when it is refused or nothing answers
 */
export type FetchText = (request: TextRequest, signal: AbortSignal) => Promise<TextAnswer>;

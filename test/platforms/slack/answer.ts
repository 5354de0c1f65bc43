/** What a Web API method answers; `wrong` marks what a correct app never causes. */
export type SlackAnswer = SlackSuccess | SlackRefusal;

export interface SlackSuccess {
  readonly ok: true;
  readonly [field: string]: unknown;
}

export interface SlackRefusal {
  readonly ok: false;
  readonly error: string;
  readonly detail: string;
  /** False when the world was in the way (archived, deleted, already there), true when the request itself was at fault. */
  readonly wrong: boolean;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Refuses a request that no correct app sends. */
export function wrong(error: string, detail: string, extra: Readonly<Record<string, unknown>> = {}): SlackRefusal {
  return { ok: false, error, detail, wrong: true, extra };
}

/** Refuses a request that was right in itself, but cannot be done in the workspace as it is. */
export function unable(error: string, detail = ""): SlackRefusal {
  return { ok: false, error, detail, wrong: false };
}

/** Accepts a request. */
export function success(fields: Readonly<Record<string, unknown>> = {}): SlackSuccess {
  return { ok: true, ...fields };
}

/** The JSON a client sees. https://docs.slack.dev/apis/web-api/#responses */
export function toBody(answer: SlackAnswer): Record<string, unknown> {
  if (answer.ok) return answer;
  const messages = answer.detail === "" ? [] : [`[ERROR] ${answer.detail}`];
  return { ok: false, error: answer.error, ...answer.extra, response_metadata: { messages } };
}

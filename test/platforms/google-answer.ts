/** One HTTP answer of the loopback Google. */
export interface GoogleAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A JSON answer. */
export function reply(status: number, body: unknown): GoogleAnswer {
  return { status, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}

/** An error in the shape that Google's APIs share. Source: https://developers.google.com/workspace/calendar/api/guides/errors */
export function refuse(status: number, reason: string, message: string, domain = "global"): GoogleAnswer {
  return reply(status, { error: { errors: [{ domain, reason, message }], code: status, message } });
}

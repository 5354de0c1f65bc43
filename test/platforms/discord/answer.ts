/** One HTTP answer; without a body it is a 204 that carries no content type. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set when the caller did something wrong: the reason, for whoever reads `refusals`. */
  readonly refused?: string;
}

/** One fault in a body: where (dotted) and Discord's name for it. */
export interface FormError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A JSON answer. */
export function reply(body: unknown, status = 200): Answer {
  return { status, body };
}

/** Done, and nothing to tell. */
export const DONE: Answer = { status: 204 };

/** An error by its number. Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
export function refuse(status: number, code: number, message: string): Answer {
  return { status, body: { message, code }, refused: `${code} ${message}` };
}

/** “Invalid Form Body”, with the faults nested as Discord nests them. */
export function refuseForm(errors: readonly FormError[]): Answer {
  const nested: Branch = {};
  for (const { path, code, message } of errors) {
    let branch = nested;
    for (const part of path.split(".").filter((part) => part !== "")) {
      const next = branch[part];
      branch = branch[part] = next === undefined || Array.isArray(next) ? {} : next;
    }
    branch["_errors"] = [...(Array.isArray(branch["_errors"]) ? branch["_errors"] : []), { code, message }];
  }
  const refused = errors.map(({ path, code, message }) => `${path}: ${code}: ${message}`).join("; ");
  return { status: 400, body: { message: "Invalid Form Body", code: 50035, errors: nested }, refused };
}

interface Branch {
  [key: string]: Branch | { code: string; message: string }[];
}

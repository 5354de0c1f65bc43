import { STATUS_CODES } from "node:http";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";
import { asNexusError, type ErrorCode, ERRORS, isAbort, NexusError } from "#core/contract/errors.ts";

/** What every error is answered with. https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().describe("An entry of the error catalogue."),
  hint: z.string().describe("What to do about it."),
  /** Names this one failure, also in the log. */
  instance: z.string(),
  errors: z
    .array(z.object({ pointer: z.string(), detail: z.string() }))
    .exactOptional()
    .describe("What is wrong where in the request."),
});
export type Problem = z.infer<typeof Problem>;

export const PROBLEM_TYPE = "application/problem+json";

/** A failure that HTTP has a status of its own for. */
export function httpError(status: number, say: string, hint?: string): NexusError & { readonly statusCode: number } {
  const code = status === 404 ? "not_found" : "request_invalid";
  const error = new NexusError(code, say, { say, ...(hint !== undefined && { hint }) });
  return Object.assign(error, { statusCode: status });
}

/**
 * What somebody is told of a failure: never a stack, never more than its own words.
 * @param reference names it in the log
 */
export function toProblem(thrown: unknown, reference: string): Problem {
  const instance = `urn:uuid:${reference}`;
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const errors = thrown.validation.slice(0, MOST_ERRORS).map(({ instancePath, message = "is not valid" }) => ({
      pointer: clip(`#/${PLACES[thrown.validationContext ?? ""] ?? "body"}${instancePath === "/" ? "" : instancePath}`),
      detail: clip(message),
    }));
    const detail = errors[0] === undefined ? ERRORS.request_invalid.cause : `${errors[0].pointer}: ${errors[0].detail}`;
    return { ...about("request_invalid"), status: 400, detail, instance, errors };
  }
  const status = statusFrom(thrown);
  // Fastify's own errors speak of the request: what they say is fit for whoever sent it.
  if (!(thrown instanceof NexusError) && status !== undefined && status >= 400 && status < 500) {
    const detail =
      wordsFor(thrown) ?? FASTIFY_SAYS[status] ?? STATUS_CODES[status] ?? "The request was not understood.";
    return { ...about(status === 429 ? "too_many_requests" : "request_invalid"), status, detail, instance };
  }
  const error = isAbort(thrown) ? GIVEN_UP : asNexusError(thrown);
  const { code, say, hint } = error;
  return { ...about(code), status: status ?? (isAbort(thrown) ? 503 : STATUSES[code]), detail: say, hint, instance };
}

const GIVEN_UP = new NexusError("internal", "a request was given up", {
  say: "It took too long, so I gave it up.",
  hint: "Look whether it was done, then send it again with the same Idempotency-Key.",
});

function about(code: ErrorCode): Pick<Problem, "type" | "title" | "code" | "hint"> {
  return { type: `/errors#${code}`, title: ERRORS[code].cause, code, hint: ERRORS[code].hint };
}

const MOST_ERRORS = 20;
const MOST_CHARACTERS = 200;

function clip(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function statusFrom(thrown: unknown): number | undefined {
  return StatusCoded.safeParse(thrown).data?.statusCode;
}

const StatusCoded = z.object({ statusCode: z.number().int().min(400).max(599) });

/** What a failure of Fastify's says that shares its status with others. */
function wordsFor(thrown: unknown): string | undefined {
  const code = Coded.safeParse(thrown).data?.code;
  return code === "FST_ERR_BAD_URL" ? "The address is wrongly encoded." : undefined;
}

const Coded = z.object({ code: z.string() });

const PLACES: Readonly<Record<string, string>> = {
  body: "body",
  querystring: "query",
  params: "path",
  headers: "headers",
};

const FASTIFY_SAYS: Readonly<Record<number, string>> = {
  400: "The request cannot be read: its body is not the JSON it claims to be.",
  408: "The request did not arrive in time.",
  413: "The request is too large: a body may have 64 KiB.",
  414: "The address is too long.",
  415: "Send the body as application/json.",
};

/** What each failure is to HTTP. */
export const STATUSES: Readonly<Record<ErrorCode, number>> = {
  request_invalid: 400,
  slot_invalid: 400,
  not_understood: 400,
  file_format: 400,
  file_unreadable: 400,
  import_invalid: 400,
  backup_unreadable: 400,
  secret_in_message: 400,
  connect_failed: 400,
  link_refused: 400,
  join_failed: 400,
  document_unreadable: 400,
  unauthenticated: 401,
  not_allowed: 403,
  outsider: 403,
  channel_closed: 403,
  egress_denied: 403,
  not_found: 404,
  no_data: 404,
  module_unknown: 404,
  cannot_do: 404,
  build_unknown: 404,
  proposal_unknown: 404,
  conflict: 409,
  gate_closed: 409,
  gate_unread: 409,
  gate_changed: 409,
  module_off: 409,
  action_expired: 409,
  expired: 409,
  stopped: 409,
  step_uncertain: 409,
  data_locked: 409,
  bundle_changed: 409,
  bundle_revoked: 409,
  dependency_missing: 409,
  dependency_needed: 409,
  module_pinned: 409,
  nothing_to_undo: 409,
  file_too_large: 413,
  credential_rejected: 422,
  credential_missing: 422,
  module_invalid: 422,
  document_unfit: 422,
  build_failed: 422,
  too_many_requests: 429,
  quota_reached: 429,
  internal: 500,
  config_invalid: 500,
  node_too_old: 500,
  data_unusable: 500,
  store_corrupt: 500,
  store_newer: 500,
  audit_broken: 500,
  credential_unreadable: 500,
  platform_refused: 500,
  upstream_invalid: 502,
  index_untrusted: 502,
  module_failed: 502,
  module_output_invalid: 502,
  model_unavailable: 503,
  model_unusable: 400,
  model_no_answer: 502,
  upstream_unavailable: 503,
  index_unavailable: 503,
  rate_limited: 503,
  maintenance: 503,
  metering_unavailable: 503,
  module_busy: 503,
  module_resources: 503,
  sandbox_too_weak: 503,
  sandbox_unavailable: 503,
  not_running: 503,
  schedule_unknown: 404,
  schedule_invalid: 400,
  watch_unknown: 404,
  hook_unknown: 404,
  hook_refused: 401,
  mail_unset: 409,
  mail_refused: 422,
  mail_unreachable: 503,
  job_unknown: 404,
  terminal_detached: 503,
  disk_full: 503,
  module_timeout: 504,
};

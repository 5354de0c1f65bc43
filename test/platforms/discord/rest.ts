import { refuse, refuseForm, type Answer, type FormError } from "./answer.ts";
import { bodyCheck } from "./body-schema.ts";
import { createBuckets, type Bucket } from "./buckets.ts";
import { createFaults, type Faults } from "./faults.ts";
import type { Handled, HttpRequest, UploadedFile } from "./http-server.ts";
import { findOperation, type Operation } from "./operations.ts";

/** A request that is allowed in and whose body the specification passes. */
export interface RestRequest {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export type Handlers = Readonly<Record<Operation, (request: RestRequest) => Answer>>;

export interface Call {
  readonly method: string;
  /** Without the version: `/channels/1/messages`. */
  readonly path: string;
  readonly body: unknown;
  readonly files: readonly string[];
  /** Unix ms by the machine's clock. */
  readonly atMs: number;
  readonly status: number;
}

/** Something the bot did wrong. */
export interface Refusal {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly why: string;
  readonly body: unknown;
}

export interface Rest {
  readonly calls: readonly Call[];
  readonly refusals: readonly Refusal[];
  readonly faults: Faults;
  handle(request: HttpRequest): Promise<Handled>;
}

/** What @discordjs/rest and discord.js send with every message, of use or not; Discord ignores it. */
const ALWAYS_SENT = ["tts", "enforce_nonce"];
/** 10 MiB for a bot without a boosted guild. Source: https://discord.com/developers/docs/reference#uploading-files */
const LARGEST_FILE_BYTES = 10 * 1024 * 1024;

/** Discord's HTTP API over `handlers`: who may ask, how often, and in what words. */
export function createRest(
  handlers: Handlers,
  options: { token: string; buckets: Partial<Record<Operation, Bucket>> },
): Rest {
  const calls: Call[] = [];
  const refusals: Refusal[] = [];
  const faults = createFaults();
  const buckets = createBuckets(options.buckets);
  const check = bodyCheck();

  async function handle(request: HttpRequest): Promise<Handled> {
    const { method, files } = request;
    const atMs = Date.now();
    const path = /^\/api\/v10(\/.*)$/.exec(request.path)?.[1];
    const found = path === undefined ? undefined : findOperation(method, path);
    const fault = found === undefined ? { lost: false, delayMs: 0 } : faults.next(found.operation);
    const answer = found === undefined ? notFound() : (fault.answer ?? serve(request, found));
    calls.push({
      method,
      path: path ?? request.path,
      body: request.body,
      files: files.map(({ filename }) => filename),
      atMs,
      status: answer.status,
    });
    if (answer.refused !== undefined) {
      const { status, refused } = answer;
      refusals.push({ method, path: path ?? request.path, status, why: refused, body: request.body });
    }
    if (fault.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
    return fault.lost ? "hang-up" : answer;
  }

  function serve(
    request: HttpRequest,
    { operation, parameters }: { operation: Operation; parameters: Readonly<Record<string, string>> },
  ): Answer {
    if (needsToken(operation) && request.headers.authorization !== `Bot ${options.token}`) {
      return refuse(401, 0, "401: Unauthorized");
    }
    if (request.broken === "too-large") return refuse(413, 40005, "Request entity too large");
    if (request.broken === "not-json") return refuse(400, 50109, "The request body contains invalid JSON.");
    if (request.files.some(({ content }) => content.length > LARGEST_FILE_BYTES)) {
      return refuse(413, 40005, "Request entity too large");
    }
    const { headers, refused } = buckets.take(operation, majorOf(parameters));
    if (refused !== undefined) return { ...refused, headers: { ...headers, ...refused.headers } };
    const body = withoutNoise(request.body);
    const errors: readonly FormError[] = check(operation, body);
    const { query, files } = request;
    const answer = errors.length > 0 ? refuseForm(errors) : handlers[operation]({ parameters, query, body, files });
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }

  return { calls, refusals, faults, handle };
}

function notFound(): Answer {
  return refuse(404, 0, "404: Not Found");
}

/** An interaction's token in the path is its own permission. */
function needsToken(operation: Operation): boolean {
  return !/^\w+ \/(interactions|webhooks)\//.test(operation);
}

/** Source: https://discord.com/developers/docs/topics/rate-limits#rate-limits (“top-level resources”) */
function majorOf(parameters: Readonly<Record<string, string>>): string {
  const { channel_id = "", guild_id = "", webhook_id = "", webhook_token = "" } = parameters;
  return [channel_id, guild_id, webhook_id, webhook_token].join(":");
}

function withoutNoise(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const kept = Object.entries(body).filter(([key, value]) => !(ALWAYS_SENT.includes(key) && value === false));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === "data" || key === "message" ? withoutNoise(value) : value]),
  );
}

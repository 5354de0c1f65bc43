import type { Socket } from "node:net";
import { Agent, buildConnector, errors, request } from "undici";
import { pickHeaders } from "./headers.ts";
import { pinTo } from "./pin-to.ts";
import { encodingOf, isReadableType, readBody } from "./read-body.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { createWireCap } from "./wire-cap.ts";

/** An answer, or the place a redirect points to. */
export interface Answered {
  readonly ok: true;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly bytes: number;
  readonly location?: string;
}

interface Sending {
  readonly url: URL;
  /** The only addresses the connection may go to, best first: the name is not resolved a second time. */
  readonly addresses: readonly [string, ...string[]];
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly connect: ((target: { host: string; address: string }) => Promise<Socket>) | undefined;
  readonly signal: AbortSignal;
}

const CONNECT_MS = 5_000;
const IDLE_MS = 5_000;
const MAX_HEADER_BYTES = 16_384;
/** A source may say “still working” (103) so often before it answers. */
const MAX_EARLY_ANSWERS = 16;
/** Where redirects lead. Any other 3xx is an answer. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends one request over a connection of its own and reads the answer. No connection outlives its request: a shared one
 * would carry one org's request behind another's.
 */
export async function send(sending: Sending): Promise<Answered | Refusal> {
  const idleMs = Math.min(IDLE_MS, sending.timeoutMs);
  const wire = createWireCap(sending.maxBytes);
  const chatter = new AbortController();
  let earlyAnswers = 0;
  const agent = new Agent({
    connect: wire.watch(connector(sending)),
    connections: 1,
    pipelining: 0,
    allowH2: false,
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  try {
    const response = await request(sending.url.href, {
      method: sending.method,
      headers: { "user-agent": "nexus", "accept-encoding": "gzip, br", ...sending.headers },
      body: sending.body ?? null,
      dispatcher: agent,
      signal: AbortSignal.any([sending.signal, chatter.signal]),
      onInfo: () => {
        earlyAnswers += 1;
        if (earlyAnswers > MAX_EARLY_ANSWERS) chatter.abort();
      },
    });
    const { body, headers, statusCode: status } = response;
    // Destroying a body whose error nobody hears takes the process down.
    body.on("error", () => {});
    const seen = { ok: true, status, headers: pickHeaders(headers), body: "", bytes: 0 } as const;
    const { location } = headers;
    if (REDIRECTS.has(status) && typeof location === "string") return { ...seen, location };
    const contentType = typeof headers["content-type"] === "string" ? headers["content-type"] : "";
    if (!isReadableType(contentType)) {
      // A status is worth having even when a proxy has put a page of its own beside it.
      if (status >= 400 || status === 204 || status === 304) return seen;
      return refuse("bad_response", `the answer is ${contentType.slice(0, 60) || "of no type"}, not data`);
    }
    const read = await readBody(body, encodingOf(headers["content-encoding"]), contentType, sending.maxBytes);
    return read.ok ? { ...seen, body: read.text, bytes: read.bytes } : read;
  } catch (error) {
    if (sending.signal.aborted) throw error;
    if (wire.isExceeded()) return refuse("too_large", "the source sends far more than an answer");
    if (chatter.signal.aborted) return refuse("bad_response", "the source announces answers without end");
    if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
      return refuse("timeout", `the source was silent for ${idleMs} ms`);
    }
    if (error instanceof errors.HeadersOverflowError || error instanceof errors.HTTPParserError) {
      return refuse("bad_response", "the answer is not proper HTTP");
    }
    if (isDecodingError(error)) return refuse("bad_response", "the answer cannot be unpacked");
    throw error;
  } finally {
    await agent.destroy();
  }
}

function connector(sending: Sending): buildConnector.connector {
  const { connect, addresses } = sending;
  if (connect !== undefined) {
    return ({ hostname }, callback) => {
      void openWith(connect, { host: hostname, address: addresses[0] }, callback);
    };
  }
  return buildConnector({
    timeout: CONNECT_MS,
    allowH2: false,
    maxCachedSessions: 0,
    lookup: pinTo(addresses),
  });
}

async function openWith(
  connect: NonNullable<Sending["connect"]>,
  target: { host: string; address: string },
  callback: buildConnector.Callback,
): Promise<void> {
  try {
    callback(null, await connect(target));
  } catch (error) {
    callback(error instanceof Error ? error : new Error(String(error)), null);
  }
}

/** zlib's codes (`Z_DATA_ERROR`) and brotli's (`ERR__ERROR_FORMAT_…`). */
function isDecodingError(error: unknown): boolean {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^(?:Z_|ERR__)/.test(code);
}

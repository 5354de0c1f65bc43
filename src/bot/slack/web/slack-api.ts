import { WebAPIRateLimitedError, WebClient } from "@slack/web-api";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Installations } from "#bot/slack/connect/installations.ts";
import { boltLog } from "./bolt-log.ts";
import { createPauses } from "./pauses.ts";
import { isUnanswered, rateLimited, type Refused, refusal, slackErrorOf, unanswered } from "./slack-error.ts";
import { pause, orAbort } from "./waiting.ts";

/** For whom a call is made: a person who waits, or nobody. */
export type Lane = "interactive" | "background";

export interface Line {
  readonly tenantId: string;
  readonly lane: Lane;
}

/** Slack's answer: what was asked for, or its own word for why not. */
export type SlackAnswer<Data> = { readonly ok: true; readonly data: Data } | ({ readonly ok: false } & Refused);

export interface UploadedFile {
  readonly channelId: string;
  readonly threadTs?: string;
  readonly name: string;
  readonly title: string;
  readonly altText: string;
  readonly bytes: Uint8Array;
}

/** Slack's Web API for all workspaces. */
export interface SlackApi {
  /**
   * Calls a method. The answer is a union, because what Slack refuses is often drawn another way.
   * @throws NexusError rate_limited | upstream_unavailable | upstream_invalid
   */
  ask<Schema extends z.ZodType>(
    line: Line,
    method: string,
    args: Readonly<Record<string, unknown>>,
    answer: Schema,
    signal: AbortSignal,
  ): Promise<SlackAnswer<z.infer<Schema>>>;
  /** As `ask`, where a refusal is the end of it. @throws NexusError platform_refused too */
  need<Schema extends z.ZodType>(
    line: Line,
    method: string,
    args: Readonly<Record<string, unknown>>,
    answer: Schema,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>>;
  /** Puts a file into a conversation. @throws NexusError */
  upload(line: Line, file: UploadedFile, signal: AbortSignal): Promise<void>;
}

export interface SlackApiDeps {
  readonly apiUrl: string;
  readonly installations: Installations;
  /** Slack refused a call. */
  readonly onRefused: (refused: Refused) => void;
  /** Slack warned of something with an answer that was otherwise good. */
  readonly onWarning: (warning: string) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The three calls that put a file somewhere, as one. */
const UPLOAD = "files.upload";
/** Repeating one of these after a lost answer would show something twice, or use a trigger that is spent. */
const ONCE: ReadonlySet<string> = new Set([
  "chat.postMessage",
  "chat.postEphemeral",
  "chat.startStream",
  "chat.appendStream",
  "views.open",
  UPLOAD,
]);
const TIMEOUT_MS = 10_000;
/** A person's answer waits this long for its turn here; then the outbox takes over the waiting. */
const PATIENCE_MS = 10_000;

/** https://docs.slack.dev/authentication/installing-with-oauth#scopes */
const Lacking = z.object({ data: z.object({ error: z.literal("missing_scope"), needed: z.string() }) });
const Warned = z.object({ response_metadata: z.object({ warnings: z.array(z.string()).optional() }).optional() });

/**
 * Creates the caller. Each workspace has two clients: background work that is told to wait never delays an answer, and
 * neither client waits by itself, since the library would hold up everything behind one limited call.
 */
export function createSlackApi(deps: SlackApiDeps): SlackApi {
  const { installations, clock, log } = deps;
  const clients = new Map<string, WebClient>();
  const pauses = createPauses(clock);
  const logger = boltLog(log);

  async function clientFor({ tenantId, lane }: Line): Promise<WebClient> {
    const { token, teamId } = await installations.find(tenantId);
    const key = `${lane} ${teamId ?? ""} ${token}`;
    const known = clients.get(key);
    if (known !== undefined) return known;
    const client = new WebClient(token, {
      slackApiUrl: deps.apiUrl,
      logger,
      timeout: TIMEOUT_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      ...(teamId !== undefined && { teamId }),
    });
    clients.set(key, client);
    return client;
  }

  /** One call, once it is its turn. */
  async function call<Result>(
    line: Line,
    method: string,
    place: string,
    run: (client: WebClient) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    signal.throwIfAborted();
    // Slack limits a method per workspace, and posting per channel as well.
    const name = `${line.lane} ${line.tenantId} ${method} ${place}`;
    const client = await orAbort(clientFor(line), signal);
    for (let attempt = 1; ; attempt += 1) {
      await waitForTurn(name, method, line.lane, signal);
      try {
        return await orAbort(run(client), signal);
      } catch (thrown) {
        if (thrown instanceof WebAPIRateLimitedError) {
          pauses.ask(name, thrown.retryAfter);
          if (attempt > 1 || line.lane === "background") throw rateLimited(method, thrown.retryAfter);
        } else if (attempt > 1 || ONCE.has(method) || !isUnanswered(thrown)) {
          throw thrown;
        }
      }
    }
  }

  async function waitForTurn(name: string, method: string, lane: Lane, signal: AbortSignal): Promise<void> {
    const leftMs = pauses.leftMs(name);
    if (leftMs === 0) return;
    if (lane === "background" || leftMs > PATIENCE_MS) throw rateLimited(method, Math.ceil(leftMs / 1000));
    await pause(leftMs, signal);
  }

  const ask: SlackApi["ask"] = async (line, method, args, answer, signal) => {
    const place = method === "chat.postMessage" ? String(args["channel"]) : "";
    try {
      const result = await call(line, method, place, (client) => client.apiCall(method, { ...args }), signal);
      for (const warning of Warned.safeParse(result).data?.response_metadata?.warnings ?? []) deps.onWarning(warning);
      return { ok: true, data: readAnswer(method, result, answer) };
    } catch (thrown) {
      const refused = refusedBy(thrown);
      if (refused === undefined) throw asFailure(method, thrown);
      return { ok: false, ...refused };
    }
  };

  function refusedBy(thrown: unknown): Refused | undefined {
    const error = slackErrorOf(thrown);
    if (error === undefined) return undefined;
    const refused = { error, needed: Lacking.safeParse(thrown).data?.data.needed };
    deps.onRefused(refused);
    return refused;
  }

  return {
    ask,
    async need(line, method, args, answer, signal) {
      const answered = await ask(line, method, args, answer, signal);
      if (!answered.ok) throw refusal(method, answered);
      return answered.data;
    },
    async upload(line, file, signal) {
      const { channelId, threadTs, name, title, altText, bytes } = file;
      const base = { file: Buffer.from(bytes), filename: name, title, alt_text: altText };
      const to = threadTs === undefined ? { channel_id: channelId } : { channel_id: channelId, thread_ts: threadTs };
      try {
        await call(line, UPLOAD, "", (client) => client.filesUploadV2({ ...base, ...to }), signal);
      } catch (thrown) {
        const refused = refusedBy(thrown);
        throw refused === undefined ? asFailure(UPLOAD, thrown) : refusal(UPLOAD, refused);
      }
    },
  };
}

function readAnswer<Schema extends z.ZodType>(method: string, result: unknown, schema: Schema): z.infer<Schema> {
  const read = schema.safeParse(result);
  if (read.success) return read.data;
  throw new NexusError("upstream_invalid", `${method}: ${z.prettifyError(read.error)}`, {
    say: "Slack answered with something unreadable.",
  });
}

function asFailure(method: string, thrown: unknown): unknown {
  if (thrown instanceof NexusError || !isUnanswered(thrown)) return thrown;
  return unanswered(method, thrown);
}

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { HookRequest, HookScheme } from "#core/contract/hook.ts";

/** A delivery that is proven to come from whoever has the secret. */
export interface Verified {
  /** Every name under which the same delivery may come again. */
  readonly keys: readonly string[];
  /** What kind of event it is, as the sender names it. */
  readonly event?: string;
}

export type Verdict = Verified | { readonly refused: "unsigned" | "signature" | "time" };

/** How far the sender's clock may be off, and how old a signature may be; ms. */
export const TOLERANCE_MS = 5 * 60_000;

/**
 * Whether a delivery was signed with one of the secrets. Every secret is tried, whatever the first one says, so that the
 * time it takes tells nothing of them.
 * @param now by which the time that was signed is judged
 */
export async function verify(
  scheme: HookScheme,
  secrets: readonly string[],
  request: HookRequest,
  now: Date,
): Promise<Verdict> {
  switch (scheme) {
    case "standard":
      return standard(secrets, request, now);
    case "github":
      return github(secrets, request);
    case "timestamped":
      return timestamped(secrets, request, now);
    case "gitlab":
      return shared(secrets, request, request.headers["x-gitlab-token"], request.headers["x-gitlab-event"]);
    case "shared":
      return shared(secrets, request, request.headers["x-webhook-secret"] ?? bearer(request), undefined);
    default:
      return scheme satisfies never;
  }
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
async function standard(secrets: readonly string[], { headers, body }: HookRequest, now: Date): Promise<Verdict> {
  const id = headers["webhook-id"];
  const given = headers["webhook-signature"];
  const at = timeOf(headers["webhook-timestamp"]);
  if (id === undefined || given === undefined || at === undefined || !isName(id)) return { refused: "unsigned" };
  const { Webhook } = await import("standardwebhooks");
  const presented = given.split(" ").slice(0, MOST_SIGNATURES);
  const isOurs = secrets
    .map((secret) =>
      (isWritten(secret) ? new Webhook(secret) : new Webhook(secret, { format: "raw" })).sign(
        id,
        at,
        Buffer.from(body),
      ),
    )
    .map((wanted) => presented.filter((one) => isEqual(one, wanted)).length > 0)
    .some(Boolean);
  if (!isOurs) return { refused: "signature" };
  return isInTime(at, now) ? { keys: [`id:${id}`] } : { refused: "time" };
}

/** Whether a secret is written as the standard has it; one that somebody gave may be any text. */
function isWritten(secret: string): boolean {
  return (
    /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret) &&
    secret.length > "whsec_".length
  );
}

/**
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 * The name of a delivery is not signed, so that what was signed is remembered as well.
 */
function github(secrets: readonly string[], { headers, body }: HookRequest): Verdict {
  const given = headers["x-hub-signature-256"];
  if (given === undefined) return { refused: "unsigned" };
  if (!isSigned(secrets, body, [given.replace(/^sha256=/, "")])) return { refused: "signature" };
  const id = headers["x-github-delivery"];
  const event = headers["x-github-event"];
  return {
    keys: [`body:${digest(body)}`, ...(id !== undefined && isName(id) ? [`id:${id}`] : [])],
    ...(event !== undefined && isName(event) && { event }),
  };
}

/**
 * https://docs.stripe.com/webhooks#verify-manually and
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
function timestamped(secrets: readonly string[], { headers, body }: HookRequest, now: Date): Verdict {
  const slack = headers["x-slack-signature"];
  const line = headers["stripe-signature"] ?? headers["webhook-signature"] ?? headers["x-signature"];
  const parts = (line ?? "").split(",").map((part) => part.trim().split("=", 2));
  const stated = slack === undefined ? parts.find(([name]) => name === "t")?.[1] : headers["x-slack-request-timestamp"];
  const at = timeOf(stated);
  const signatures =
    slack === undefined
      ? parts.flatMap(([name, value]) => (name === "v1" && value !== undefined ? [value] : []))
      : [slack.replace(/^v0=/, "")];
  if (stated === undefined || at === undefined || signatures.length === 0) return { refused: "unsigned" };
  const head = slack === undefined ? `${stated}.` : `v0:${stated}:`;
  const signed = Buffer.concat([Buffer.from(head), body]);
  if (!isSigned(secrets, signed, signatures.slice(0, MOST_SIGNATURES))) return { refused: "signature" };
  return isInTime(at, now) ? { keys: [`signed:${digest(signed)}`] } : { refused: "time" };
}

/**
 * https://docs.gitlab.com/user/project/integrations/webhooks/#validate-payloads-by-using-a-secret-token
 * Nothing is signed here: whoever has seen one delivery can send others. What has no name of its own and comes again
 * within a minute or two is the same.
 */
function shared(
  secrets: readonly string[],
  { headers, body }: HookRequest,
  given: string | undefined,
  event: string | undefined,
): Verdict {
  if (given === undefined) return { refused: "unsigned" };
  if (!secrets.map((secret) => isEqual(given, secret)).some(Boolean)) return { refused: "signature" };
  const id = headers["idempotency-key"] ?? headers["webhook-id"] ?? headers["x-gitlab-event-uuid"];
  const named = event !== undefined && /^[\w -]{1,60}$/.test(event) && { event };
  return { keys: id !== undefined && isName(id) ? [`id:${id}`] : [`body:${digest(body)}`], ...named };
}

/** Names under which something without a name of its own is the same as what came within the last minute or two. */
export function soonAgain(keys: readonly string[], scheme: HookScheme, now: Date): readonly string[] {
  if (scheme !== "gitlab" && scheme !== "shared") return keys;
  const minute = Math.floor(now.getTime() / 60_000);
  return keys.flatMap((key) => (key.startsWith("body:") ? [`${key}:${minute}`, `${key}:${minute + 1}`] : [key]));
}

function isSigned(secrets: readonly string[], signed: Uint8Array, given: readonly string[]): boolean {
  return secrets
    .map((secret) => createHmac("sha256", secret).update(signed).digest("hex"))
    .map((wanted) => given.filter((one) => isEqual(one.toLowerCase(), wanted)).length > 0)
    .some(Boolean);
}

/** Compares digests, so that the time says nothing of what is alike, nor of how long it is. */
function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(createHash("sha256").update(one).digest(), createHash("sha256").update(other).digest());
}

function bearer({ headers }: HookRequest): string | undefined {
  return /^Bearer +(\S{1,500})$/i.exec(headers["authorization"] ?? "")?.[1];
}

/** Seconds since 1970. */
function timeOf(text: string | undefined): Date | undefined {
  return text !== undefined && /^\d{1,11}$/.test(text) ? new Date(Number(text) * 1_000) : undefined;
}

function isInTime(at: Date, now: Date): boolean {
  return Math.abs(now.getTime() - at.getTime()) <= TOLERANCE_MS;
}

function isName(text: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(text);
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url");
}

const MOST_SIGNATURES = 10;

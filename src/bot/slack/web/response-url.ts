import { z } from "zod";
import type { Clock } from "#core/contract/ports.ts";
import { unanswered } from "./slack-error.ts";

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const MOST_USES = 5;
const LIFE_MS = 30 * 60_000;
const TIMEOUT_MS = 5_000;
const MOST_KEPT = 1_000;

export interface EphemeralMessage {
  readonly text: string;
  readonly blocks?: readonly object[];
  /** Takes the place of the message that was pressed. */
  readonly replaces?: boolean;
}

/** The addresses under which Slack lets us speak to one person, wherever they are, for a while. */
export interface ResponseUrls {
  keep(who: string, url: string, pressedTs?: string): void;
  /** The message that was pressed, when it can be replaced through what is kept. */
  pressed(who: string): string | undefined;
  /** False when there is no address left, or Slack did not take it. @throws NexusError upstream_unavailable */
  post(who: string, message: EphemeralMessage, signal: AbortSignal): Promise<boolean>;
}

interface Kept {
  readonly url: string;
  readonly untilMs: number;
  readonly pressedTs: string | undefined;
  uses: number;
}

/** Creates the store. Only Slack's own addresses are kept: `apiUrl` is one, `hooks.slack.com` the usual one. */
export function createResponseUrls(apiUrl: string, clock: Clock): ResponseUrls {
  const kept = new Map<string, Kept>();

  function usable(who: string): Kept | undefined {
    const one = kept.get(who);
    if (one === undefined) return undefined;
    if (one.uses < MOST_USES && one.untilMs > clock().getTime()) return one;
    kept.delete(who);
    return undefined;
  }

  return {
    keep(who, url, pressedTs) {
      if (!isSlacks(url, apiUrl)) return;
      kept.delete(who);
      kept.set(who, { url, untilMs: clock().getTime() + LIFE_MS, pressedTs, uses: 0 });
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
      }
    },
    pressed: (who) => usable(who)?.pressedTs,
    async post(who, { text, blocks, replaces = false }, signal) {
      const one = usable(who);
      if (one === undefined) return false;
      one.uses += 1;
      const body = { response_type: "ephemeral", replace_original: replaces, text, ...(blocks && { blocks }) };
      const response = await fetch(one.url, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      }).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw unanswered("a response URL", cause);
      });
      const words = await response.text();
      if (response.ok && isTaken(words)) return true;
      kept.delete(who);
      return false;
    },
  };
}

/** Whether an address is Slack's, so that nothing is sent anywhere else. */
export function isSlacks(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  if (origin === new URL(apiUrl).origin) return true;
  return protocol === "https:" && (hostname === "slack.com" || /\.slack(?:-gov)?\.com$/.test(hostname));
}

/** Slack answers `ok`, or JSON that says whether. */
function isTaken(words: string): boolean {
  if (words.trim() === "ok" || words.trim() === "") return true;
  try {
    return z.object({ ok: z.literal(true) }).safeParse(JSON.parse(words)).success;
  } catch {
    return false;
  }
}

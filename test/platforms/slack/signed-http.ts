import { createHmac } from "node:crypto";
import type { Envelope, Sent, Transport } from "./transport.ts";

export interface SignedHttpOptions {
  readonly url: string;
  readonly signingSecret: string;
}

/** The app's request URL. Signed as https://docs.slack.dev/authentication/verifying-requests-from-slack says. */
export function createSignedHttp({ url, signingSecret }: SignedHttpOptions): Transport {
  return {
    isReady: true,
    ready: (signal) => Promise.resolve(!signal.aborted),
    async send(envelope, signal): Promise<Sent> {
      const { type, body } = toRequest(envelope);
      const headers = { "content-type": type, ...sign(body, signingSecret), ...retryHeaders(envelope) };
      try {
        const response = await fetch(url, { method: "POST", headers, body, signal });
        const text = await response.text();
        return response.ok ? { outcome: "acked", payload: readPayload(text) } : { outcome: "refused" };
      } catch {
        return { outcome: "lost" };
      }
    },
  };
}

/** Proves to Slack that a URL is the app's: it must give the challenge back. https://docs.slack.dev/reference/events/url_verification */
export async function verifyUrl({ url, signingSecret }: SignedHttpOptions): Promise<boolean> {
  const challenge = `challenge-${Math.random()}`;
  const body = JSON.stringify({ type: "url_verification", token: "legacy", challenge });
  const headers = { "content-type": "application/json", ...sign(body, signingSecret) };
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  const answer = readPayload(text);
  const echoed = typeof answer === "object" && answer !== null && "challenge" in answer ? answer.challenge : text;
  return response.status === 200 && echoed === challenge;
}

function toRequest({ type, payload }: Envelope): { type: string; body: string } {
  const form = "application/x-www-form-urlencoded";
  switch (type) {
    case "events_api":
      return { type: "application/json", body: JSON.stringify(payload) };
    case "interactive":
      return { type: form, body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() };
    case "slash_commands": {
      const fields = new URLSearchParams();
      for (const [name, value] of Object.entries(payload)) fields.set(name, String(value));
      return { type: form, body: fields.toString() };
    }
    default:
      return type satisfies never;
  }
}

function sign(body: string, signingSecret: string): Record<string, string> {
  // The receiver compares with its own clock, so this one is the machine's.
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${signature}` };
}

function retryHeaders({ retry }: Envelope): Record<string, string> {
  if (retry.attempt === 0) return {};
  const reason = retry.reason === "timeout" ? "http_timeout" : retry.reason;
  return { "x-slack-retry-num": String(retry.attempt), "x-slack-retry-reason": reason };
}

function readPayload(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

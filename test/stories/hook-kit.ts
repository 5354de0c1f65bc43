import { createHmac, randomUUID } from "node:crypto";
import type { Reply } from "#core/contract/reply.ts";
import { Webhook } from "standardwebhooks";
import type { House } from "./house.ts";

/** A hook as whoever set it up at the terminal knows it. */
export interface KnownHook {
  readonly code: string;
  /** Where NEXUS really listens. */
  readonly url: string;
  readonly path: string;
  readonly secret: string;
}

/** Sets a hook up at the terminal, in a sentence, and reads its address and secret. */
export async function setUpHook(house: House, sentence: string): Promise<KnownHook> {
  const plan = await house.say(sentence);
  const done = await house.press(plan, "Do It");
  const code = /hook (?<code>[A-Z0-9]{4}) secret/.exec(JSON.stringify(done.parts))?.groups?.["code"];
  if (code === undefined) throw new Error(`no hook was set up: ${done.summary}`);
  return readHook(house, code);
}

/** Reads the address and the secret of a hook at the terminal. */
export async function readHook(house: House, code: string): Promise<KnownHook> {
  const [address = "", secret = ""] = codesOf(await house.say(`hook ${code} secret`));
  const path = /\/hooks\/.+$/.exec(address)?.[0] ?? "";
  return { code, path, url: `${house.nexus.origin}${path}`, secret };
}

/** The texts that are there to be copied. */
export function codesOf(reply: Reply): string[] {
  return reply.parts.flatMap((part) => (part.type === "code" ? [part.text] : []));
}

/** Sends something as GitHub does. */
export function asGitHub(
  { url, secret }: Pick<KnownHook, "url" | "secret">,
  event: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const bytes = typeof body === "string" ? body : JSON.stringify(body);
  const signature = createHmac("sha256", secret).update(bytes).digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${signature}`,
    ...more,
  };
  return fetch(url, { method: "POST", headers, body: bytes });
}

/** Sends something as Slack does. */
export function asSlack(
  { url, secret }: Pick<KnownHook, "url" | "secret">,
  body: unknown,
  at: Date,
): Promise<Response> {
  const [bytes, seconds] = [JSON.stringify(body), String(Math.floor(at.getTime() / 1_000))];
  const signature = createHmac("sha256", secret).update(`v0:${seconds}:${bytes}`).digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-slack-request-timestamp": seconds,
    "x-slack-signature": `v0=${signature}`,
  };
  return fetch(url, { method: "POST", headers, body: bytes });
}

/** Sends something as Standard Webhooks has it. */
export function asStandard(
  { url, secret }: Pick<KnownHook, "url" | "secret">,
  body: unknown,
  { at, id = `msg_${randomUUID()}`, ...more }: { at: Date; id?: string } & Record<string, string | Date>,
): Promise<Response> {
  const bytes = typeof body === "string" ? body : JSON.stringify(body);
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, bytes),
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)])),
  };
  return fetch(url, { method: "POST", headers, body: bytes });
}

/** An issue that somebody opened at GitHub. */
export function openedIssue(title: string, number = 7) {
  const url = `https://github.com/example/rocket/issues/${number}`;
  return {
    action: "opened",
    sender: { login: "ada" },
    repository: { full_name: "example/rocket", html_url: "https://github.com/example/rocket" },
    issue: { number, title, html_url: url },
  };
}

import type { InjectedSecret } from "#core/contract/sandbox.ts";
import { isHeaderValue } from "./headers.ts";

/** What the secrets meant for one host become on the way out. */
export interface Injection {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** How the secrets meant for `host` are sent; undefined when one cannot be a header. */
export function injectionFor(host: string, secrets: readonly InjectedSecret[]): Injection | undefined {
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  for (const { need, value } of secrets) {
    if (need.host !== host) continue;
    const whole = `${need.prefix ?? ""}${value}`;
    if (need.query !== undefined) query[need.query] = whole;
    else if (need.header === undefined || !isHeaderValue(whole)) return undefined;
    else headers[need.header.toLowerCase()] = whole;
  }
  return { headers, query };
}

/** The address with the secrets' parameters on it. For the wire only: it is never kept, logged or shown. */
export function withQuery(url: URL, { query }: Injection): URL {
  const whole = new URL(url);
  for (const [name, value] of Object.entries(query)) whole.searchParams.set(name, value);
  return whole;
}

/** The address without the parameters that carry secrets: a source that redirects repeats them. */
export function withoutQuery(url: URL, { query }: Injection): URL {
  const bare = new URL(url);
  for (const name of Object.keys(query)) bare.searchParams.delete(name);
  return bare;
}

/** Whether any text holds a secret's value, plainly or in one of its usual disguises. */
export function holdsSecret(texts: readonly string[], secrets: readonly InjectedSecret[]): boolean {
  return secrets.some(({ value }) => disguises(value).some((form) => texts.some((text) => text.includes(form))));
}

/** The text with every echoed secret taken out. Best effort: the real fence is that it only ever reaches its own host. */
export function redactSecrets(text: string, secrets: readonly InjectedSecret[]): string {
  let redacted = text;
  for (const { value } of secrets) {
    for (const form of disguises(value)) redacted = redacted.replaceAll(form, "[redacted]");
  }
  return redacted;
}

function disguises(value: string): string[] {
  // An empty or tiny value would match everywhere.
  if (value.length < 4) return [];
  const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "");
  const base64url = Buffer.from(value).toString("base64url");
  const escaped = JSON.stringify(value).slice(1, -1);
  return [
    ...new Set([value, encodeURIComponent(value), escaped, base64, base64url, value.split("").reverse().join("")]),
  ];
}

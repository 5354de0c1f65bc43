import type { InjectedSecret } from "#core/contract/sandbox.ts";
import { disguisesOf } from "./disguises.ts";
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
  const forms = secrets.flatMap(({ value }) => disguisesOf(value));
  return forms.length > 0 && texts.flatMap(unescapes).some((text) => forms.some((form) => text.includes(form)));
}

/** The text with every echoed secret taken out. Best effort: the real fence is that it only ever reaches its own host. */
export function redactSecrets(text: string, secrets: readonly InjectedSecret[]): string {
  let redacted = text;
  for (const { value } of secrets) {
    for (const form of disguisesOf(value)) redacted = redacted.replaceAll(form, "[redacted]");
  }
  return redacted;
}

/** A text as it is written and as it is read: `%73k` and `\u0073k` are `sk` to whoever gets it. */
function unescapes(text: string): string[] {
  const code = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));
  const read = text.replaceAll(/%([0-9a-f]{2})/gi, code).replaceAll(/\\u([0-9a-f]{4})/gi, code);
  return read === text ? [text] : [text, read];
}

import { refuse, type Refusal } from "./refusal.ts";

/** Request headers a module may set. Who it is, where it goes and how it travels is the broker's business. */
const ALLOWED = new Set([
  "accept",
  "accept-language",
  "content-type",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "prefer",
  // Of the Model Context Protocol: https://modelcontextprotocol.io/specification
  "mcp-method",
  "mcp-name",
  "mcp-protocol-version",
  "mcp-session-id",
]);
/** Own headers of an API (`x-api-version`, `notion-version`), but none that speaks of identity, origin or metadata. */
const ALLOWED_PATTERN = /^(?:x-[a-z0-9-]+|[a-z0-9]+-version)$/;
const DENIED_PATTERN =
  /^x-(?:forwarded|real|original|client|cluster|envoy|http|method|rewrite|host|proxy|remote|scheme|port|url|uri|path|user|aws|amz|google|goog|azure|ms|consul|vault|access)|api-?key|auth(?!or)|token|secret|passw|credential|session|cookie|jwt/;

const MAX_HEADERS = 32;
const MAX_CHARS = 8_192;

const RETURNED = new Set([
  "cache-control",
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "link",
  "mcp-session-id",
  "retry-after",
  "x-total-count",
]);
const RETURNED_PATTERN = /^(?:x-)?ratelimit-[a-z-]+$/;

/** The request headers, lower-cased, or why they may not be sent. */
export function checkHeaders(
  headers: Readonly<Record<string, string>>,
): { readonly ok: true; readonly headers: Record<string, string> } | Refusal {
  const checked: Record<string, string> = {};
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) return refuse("denied", `at most ${MAX_HEADERS} headers may be set`);
  if (entries.reduce((chars, [name, value]) => chars + name.length + value.length, 0) > MAX_CHARS) {
    return refuse("denied", `headers may hold ${MAX_CHARS} characters together`);
  }
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    const isAllowed = ALLOWED.has(lower) || (ALLOWED_PATTERN.test(lower) && !DENIED_PATTERN.test(lower));
    if (!isAllowed || lower.length > 64) return refuse("denied", `the header ${legible(lower)} may not be set`);
    if (!isHeaderValue(value)) return refuse("denied", `the header ${lower} has a value no header has`);
    checked[lower] = value;
  }
  return { ok: true, headers: checked };
}

/** A name out of strange code, fit for a log. */
function legible(name: string): string {
  return name.slice(0, 64).replaceAll(/[^\x21-\x7e]/g, "?");
}

/** Whether text can be a header's value: printable ASCII, no line break to smuggle another header in. */
export function isHeaderValue(value: string): boolean {
  return value.length <= 4_096 && /^[\x20-\x7e\t]*$/.test(value);
}

/** What a module gets to see of an answer's headers: never a cookie, never a proxy's own. */
export function pickHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string" || !(RETURNED.has(name) || RETURNED_PATTERN.test(name))) continue;
    picked[name] = value.slice(0, 1_024);
  }
  return picked;
}

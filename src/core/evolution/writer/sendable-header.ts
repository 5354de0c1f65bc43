/**
 * Whether a module may set a request header: the broker refuses what says who it is, where it goes and how it travels.
 * Its rules are in `sandbox/egress/headers.ts`; a test holds the two against each other.
 */
export function isSendable(name: string): boolean {
  const lower = name.toLowerCase();
  if (lower.length > 64 || lower === "content-type") return false;
  return ALLOWED.has(lower) || (/^(?:x-[a-z0-9-]+|[a-z0-9]+-version)$/.test(lower) && !DENIED.test(lower));
}

const ALLOWED: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "prefer",
  "mcp-method",
  "mcp-name",
  "mcp-protocol-version",
  "mcp-session-id",
  "mcp-method",
  "mcp-name",
  "mcp-protocol-version",
  "mcp-session-id",
]);

const DENIED =
  /^x-(?:forwarded|real|original|client|cluster|envoy|http|method|rewrite|host|proxy|remote|scheme|port|url|uri|path|user|aws|amz|google|goog|azure|ms|consul|vault|access)|api-?key|auth(?!or)|token|secret|passw|credential|session|cookie|jwt/;

import { isRecord, named } from "#core/evolution/api/look.ts";
import { type CurlRequest, readCurl } from "./read-curl.ts";
import {
  isSecretAnswer,
  isSecretHeaderValue,
  isSecretPair,
  isSecretPart,
  looksSecret,
  REMOVED,
} from "./secret-value.ts";

/**
 * A curl command with every secret in it replaced, written anew from what was understood of it: fit to be kept. Where
 * a credential goes can still be seen.
 * @throws NexusError document_unreadable when it is no curl command that can be read
 */
export function withoutSecrets(command: string): string {
  return writeCurl(cleanRequest(readCurl(command)));
}

/** A request with every secret in it replaced. */
export function cleanRequest({ method, url, headers, body, user }: CurlRequest): CurlRequest {
  return {
    method,
    url: cleanUrl(url),
    headers: headers.map(([name, value]) => [name, cleanHeader(name, value)]),
    ...(body !== undefined && { body: cleanBody(body) }),
    ...(user !== undefined && { user: REMOVED }),
  };
}

function writeCurl({ method, url, headers, body, user }: CurlRequest): string {
  return [
    "curl",
    ...(method === "GET" ? [] : ["-X", method]),
    ...headers.flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    ...(user === undefined ? [] : ["-u", user]),
    ...(body === undefined ? [] : ["--data-raw", body]),
    url,
  ]
    .map(quoted)
    .join(" ");
}

/** A word as a shell reads it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The value of a header; of a secret one nothing but the way it signs in. */
export function cleanHeader(name: string, value: string): string {
  if (!isSecretHeaderValue(name, value)) return value;
  const scheme = /^(Bearer|Basic|Token|ApiKey|Api-Key|Key|OAuth|GenieKey)\s+/i.exec(value)?.[1];
  return scheme === undefined ? REMOVED : `${scheme} ${REMOVED}`;
}

/** An address without the secrets in it. */
export function cleanUrl(url: string): string {
  const bare = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${REMOVED}@`);
  const at = bare.indexOf("?");
  if (at < 0) return cleanPath(bare);
  return `${cleanPath(bare.slice(0, at))}?${cleanPairs(bare.slice(at + 1))}`;
}

/** A key in the path, as chat services' webhooks have it. */
function cleanPath(path: string): string {
  return path
    .split("/")
    .map((segment) => (looksSecret(segment) ? REMOVED : segment))
    .join("/");
}

function cleanPairs(pairs: string): string {
  return pairs
    .split("&")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return value !== "" && isSecretPair(decoded(name), decoded(value)) ? `${name}=${REMOVED}` : pair;
    })
    .join("&");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function cleanBody(body: string): string {
  const json = parsed(body);
  if (json === undefined) return /^[^\s{[<"=&]+=/.test(body) ? cleanPairs(body) : body;
  return JSON.stringify(cleanValue(isSecretPart, "", json, 0));
}

/** What was answered, without the secrets in it: of its headers nothing is left but the first line. */
export function cleanAnswer(answer: string): string {
  const status = /^\s*(HTTP\/[\d.]+ \d{3})/.exec(answer)?.[1];
  const end = status === undefined ? undefined : /\r?\n\r?\n/.exec(answer);
  const body = status === undefined ? answer : end ? answer.slice(end.index + end[0].length) : "";
  const json = parsed(body);
  const clean =
    json === undefined
      ? body.replaceAll(/[^\s"'<>&;,]+/g, (word) => (looksSecret(word) ? REMOVED : word))
      : JSON.stringify(cleanValue(isSecretAnswer, "", json, 0));
  return status === undefined ? clean : `${status}\n\n${clean}`;
}

/** A value of JSON, its parts cleaned by their names. */
function cleanValue(isSecret: typeof isSecretPart, name: string, value: unknown, depth: number): unknown {
  if (depth > 30) return null;
  if (Array.isArray(value)) return value.map((item) => cleanValue(isSecret, name, item, depth + 1));
  if (isRecord(value)) {
    return Object.fromEntries(named(value).map(([key, item]) => [key, cleanValue(isSecret, key, item, depth + 1)]));
  }
  return value !== null && value !== "" && isSecret(name, value) ? REMOVED : value;
}

/** A body as JSON; undefined when it is none. */
export function parsed(body: string): unknown {
  if (!/^\s*[[{]/.test(body)) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return undefined;
  }
}

import { parse } from "shell-quote";
import { NexusError } from "#core/contract/errors.ts";

/** One request as somebody would type it with curl. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** `user:password`. */
  readonly user?: string;
}

const MAX_LENGTH = 100_000;

/**
 * Reads one curl command. Nothing is run: variables stay as they are written.
 * @throws NexusError document_unreadable when it is none, or does what cannot be repeated
 */
export function readCurl(command: string): CurlRequest {
  if (command.length > MAX_LENGTH) throw unreadable("It is far too long for one request.");
  const words = wordsOf(command);
  if (!/^(?:.*[/\\])?curl(?:\.exe)?$/.test(words[0] ?? "")) throw unreadable("It does not begin with curl.");
  const found: Draft = { headers: [], data: [], isGet: false };
  for (let index = 1; index < words.length; index += 1) index += take(found, words[index] ?? "", words[index + 1]);
  return finished(found);
}

/** Whether a text is a curl command. */
export function isCurl(text: string): boolean {
  return text.length < 100_000 && /^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(text);
}

interface Draft {
  method?: string;
  url?: string;
  user?: string;
  isGet: boolean;
  readonly headers: [string, string][];
  readonly data: string[];
}

function wordsOf(command: string): string[] {
  const joined = command
    .replaceAll(/[\\^]\r?\n/g, " ")
    .replaceAll(/^\s*\$\s+/g, "")
    .trim();
  // what the shell would fill in stays as it is written, and is nobody's value
  const parts = parse(joined, (name) => `$${name}`);
  const words: string[] = [];
  for (const part of parts) {
    if (typeof part === "string") words.push(part);
    else if ("comment" in part) break;
    else if (part.op === "glob") words.push(part.pattern);
    else
      throw unreadable(
        `It is more than one command: “${part.op}” stands in it. Put the address into quotes if it is part of that.`,
      );
  }
  return words;
}

/** Options that take a value and change nothing about the request. */
const IGNORED_WITH_VALUE: ReadonlySet<string> = new Set(
  `-o --output -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -w --write-out -c --cookie-jar
  --limit-rate --max-redirs --max-filesize -D --dump-header --trace --trace-ascii --stderr -A --user-agent -e --referer
  --resolve --interface --tlsv1.2 --ciphers`.split(/\s+/),
);
/** What a module cannot do, in words. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  "-F": "It sends a form with files.",
  "--form": "It sends a form with files.",
  "--form-string": "It sends a form in parts.",
  "-T": "It sends a file.",
  "--upload-file": "It sends a file.",
  "-E": "It signs in with a certificate.",
  "--cert": "It signs in with a certificate.",
  "--aws-sigv4": "It signs each request anew.",
  "--digest": "It signs in by a digest of each request.",
  "--ntlm": "It signs in with NTLM.",
  "--negotiate": "It signs in with Kerberos.",
  "-K": "It reads its options from a file.",
  "--config": "It reads its options from a file.",
  "--unix-socket": "It speaks to a program on one machine.",
  "-x": "It goes through a proxy.",
  "--proxy": "It goes through a proxy.",
  "-I": "It asks for headers only.",
  "--head": "It asks for headers only.",
};

/** Reads one word, and says how many of those after it belong to it. */
function take(draft: Draft, word: string, next: string | undefined): 0 | 1 {
  const [option, value, taken] = split(word, next);
  const why = Object.hasOwn(IMPOSSIBLE, option) ? IMPOSSIBLE[option] : undefined;
  if (why !== undefined) throw unreadable(why);
  switch (option) {
    case "":
    case "--url":
      if (draft.url !== undefined) throw unreadable("It asks at more than one address.");
      draft.url = value;
      return taken;
    case "-X":
    case "--request":
      draft.method = value.toUpperCase();
      return taken;
    case "-H":
    case "--header":
      addHeader(draft, value);
      return taken;
    case "-d":
    case "--data":
    case "--data-ascii":
    case "--data-binary":
    case "--data-raw":
      if (value.startsWith("@") && option !== "--data-raw") throw unreadable("It sends a file.");
      draft.data.push(value);
      return taken;
    case "--data-urlencode":
      draft.data.push(encodedPair(value));
      return taken;
    case "--json":
      draft.data.push(value);
      draft.headers.push(["Content-Type", "application/json"]);
      return taken;
    case "-G":
    case "--get":
      draft.isGet = true;
      return 0;
    case "-u":
    case "--user":
      draft.user = value;
      return taken;
    case "--oauth2-bearer":
      draft.headers.push(["Authorization", `Bearer ${value}`]);
      return taken;
    case "-b":
    case "--cookie":
      draft.headers.push(["Cookie", value]);
      return taken;
    default:
      return IGNORED_WITH_VALUE.has(option) ? taken : 0;
  }
}

/** An option, its value, and how many words the value took: `-XPOST`, `-X POST`, `--request POST`, `https://…`. */
function split(word: string, next: string | undefined): [string, string, 0 | 1] {
  if (!word.startsWith("-") || word === "-") return ["", word, 0];
  if (word.startsWith("--")) return [word, next ?? "", 1];
  // letters may stand together, and the last that takes a value takes the rest or the next word
  for (let at = 1; at < word.length; at += 1) {
    const option = `-${word[at] ?? ""}`;
    if (!/^-[XHdubFTEKxomwcDAeI]$/.test(option) && option !== "-G") continue;
    if (option === "-G" || option === "-I") return [option, "", 0];
    const rest = word.slice(at + 1);
    return rest === "" ? [option, next ?? "", 1] : [option, rest, 0];
  }
  return [word, "", 0];
}

function addHeader(draft: Draft, line: string): void {
  const at = line.indexOf(":");
  if (at > 0) draft.headers.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
}

function encodedPair(pair: string): string {
  const at = pair.indexOf("=");
  if (at < 0 || pair.includes("@")) return encodeURIComponent(pair);
  return `${pair.slice(0, at)}=${encodeURIComponent(pair.slice(at + 1))}`;
}

function finished({ method, url, user, isGet, headers, data }: Draft): CurlRequest {
  if (url === undefined || url === "") throw unreadable("It names no address.");
  const body = data.length === 0 ? undefined : data.join("&");
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`;
  const asked = isGet && body !== undefined ? `${full}${full.includes("?") ? "&" : "?"}${body}` : full;
  const sent = isGet ? undefined : body;
  return {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    url: asked,
    headers,
    ...(sent !== undefined && { body: sent }),
    ...(user !== undefined && { user }),
  };
}

function unreadable(what: string): NexusError {
  return new NexusError("document_unreadable", "the text is no curl command that can be read", {
    say: `That is no request I can repeat. ${what}`,
  });
}

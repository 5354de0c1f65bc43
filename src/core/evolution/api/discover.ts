import { isAbort, NexusError } from "#core/contract/errors.ts";
import type { ApiMaterial } from "./api-material.ts";
import type { FetchText, TextAnswer } from "./fetch-text.ts";
import { linkedDescriptions, usualDescriptions } from "./find-links.ts";
import { looksLike } from "./looks-like.ts";
import { askMcp } from "./mcp/ask-mcp.ts";
import { plainWords } from "./plain-words.ts";

const DOCUMENT_TYPES =
  "application/json, application/yaml, text/yaml, application/vnd.oai.openapi, text/html;q=0.5, */*;q=0.1";

/**
 * Finds out what describes the API at an address: the document there, one that the page there links, the usual places
 * of the service, a GraphQL endpoint, an MCP server.
 * @throws NexusError document_unreadable with what was seen there, or what the fetch throws for the address itself
 */
export async function discover(address: string, fetchText: FetchText, signal: AbortSignal): Promise<ApiMaterial> {
  const url = addressOf(address);
  const path = new URL(url).pathname;
  if (/(?:graphql|gql)\/?$/i.test(path)) {
    const found = await quietly(askGraphql(url, fetchText, signal), signal);
    if (found) return found;
  }
  if (/\/(?:mcp|sse)\/?$/i.test(path)) {
    const found = await quietly(askTools(url, fetchText, signal), signal);
    if (found) return found;
  }
  const first = await fetchText({ url, method: "GET", headers: { accept: DOCUMENT_TYPES } }, signal);
  const here = documentIn(first);
  if (here) return here;
  const isPage = isHtml(first);
  const places = isPage
    ? [...linkedDescriptions(first.text, first.url), ...usualDescriptions(first.url)]
    : usualDescriptions(url);
  for (const place of [...new Set(places)].slice(0, 12)) {
    const request = { url: place, method: "GET", headers: { accept: DOCUMENT_TYPES } } as const;
    const answer = await quietly(fetchText(request, signal), signal);
    const found = answer && documentIn(answer);
    if (found) return found;
  }
  const asked =
    (await quietly(askGraphql(url, fetchText, signal), signal)) ??
    (await quietly(askTools(url, fetchText, signal), signal));
  if (asked) return asked;
  throw nothingFound(first, isPage);
}

function addressOf(written: string): string {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(written.trim()) ? written.trim() : `https://${written.trim()}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw unreadable("That is no web address.");
  }
  if (url.username !== "" || url.password !== "") throw unreadable("That address carries a user name or a password.");
  url.protocol = "https:";
  url.hash = "";
  return url.href;
}

/** What a second try brings; that it brings nothing is no news. */
async function quietly<T>(attempt: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NexusError || isAbort(error)) return undefined;
    throw error;
  }
}

function documentIn({ status, text, url }: TextAnswer): ApiMaterial | undefined {
  if (status < 200 || status > 299) return undefined;
  return looksLike(text) === "openapi" ? { kind: "openapi", text, url } : undefined;
}

async function askGraphql(url: string, fetchText: FetchText, signal: AbortSignal): Promise<ApiMaterial | undefined> {
  // Loaded at the first use: the library costs 70 ms and 13 MB.
  const { introspectionQuery } = await import("./graphql/introspection-query.ts");
  const headers = { "content-type": "application/json", accept: "application/json" };
  const body = JSON.stringify({ query: introspectionQuery() });
  const { status, text } = await fetchText({ url, method: "POST", headers, body }, signal);
  if (status < 200 || status > 299) return undefined;
  return looksLike(text) === "graphql" ? { kind: "graphql", url, text } : undefined;
}

async function askTools(url: string, fetchText: FetchText, signal: AbortSignal): Promise<ApiMaterial | undefined> {
  const text = await askMcp(url, fetchText, signal);
  return text === undefined ? undefined : { kind: "mcp", url, text };
}

function isHtml({ headers, text }: TextAnswer): boolean {
  return (headers["content-type"] ?? "").includes("html") || /^\s*<(?:!doctype html|html)/i.test(text);
}

function nothingFound({ status, headers, text }: TextAnswer, isPage: boolean): NexusError {
  if (status === 401 || status === 403) {
    return unreadable(`The address answered ${status}: it wants a credential before it describes itself.`);
  }
  if (status < 200 || status > 299) return unreadable(`The address answered ${status}.`);
  if (isPage) return unreadable("There is a web page that links no API description, and none in the usual places.");
  const type = plainWords(headers["content-type"] ?? "nothing it names", 60);
  return unreadable(`What is there is ${type}, and begins with “${plainWords(text.slice(0, 200), 60)}”.`);
}

function unreadable(what: string): NexusError {
  return new NexusError("document_unreadable", "no API description was found at the address", {
    say: `I found no API description there. ${what}`,
  });
}

import { NexusError } from "#core/contract/errors.ts";
import type { CredentialNeed } from "#core/contract/manifest.ts";
import { ModuleName } from "#core/contract/ids.ts";
import type { ApiDescription, ApiInput, ApiOperation, ApiRepair } from "#core/evolution/api/api-description.ts";
import { effectOf } from "#core/evolution/api/effect.ts";
import { createIds, wordsOf } from "#core/evolution/api/names.ts";
import { isCredentialHeader } from "#core/evolution/api/openapi/security.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { readServer } from "#core/evolution/api/servers.ts";
import { readExchangeAnswer } from "./exchange-answer.ts";
import { bodyInputs, pathInputs, queryInputs } from "./exchange-inputs.ts";
import { type CurlRequest, readCurl } from "./read-curl.ts";
import { isSecretHeaderValue, isSecretPair, REMOVED } from "./secret-value.ts";
import { cleanRequest } from "./without-secrets.ts";

/**
 * One request that somebody made, as an operation: what looks like an id or a value is asked for, what looks like a
 * secret is a credential of which nothing is kept but where it goes.
 * @throws NexusError document_unreadable when it is no curl command, document_unfit when no module may make the request
 */
export function describeExchange(curl: string, answer: string | undefined): ApiDescription {
  const request = cleanRequest(readCurl(curl));
  const method = methodOf(request);
  const { origin, path: written, query, repairs } = addressOf(request.url);
  const repair = (rule: string, what: string): void => {
    repairs.push({ rule, at: "/", what });
  };
  const { path, inputs: inPath } = pathInputs(written);
  const { inputs: inHeader, credentials } = headersOf(request, new URL(origin).hostname, repair);
  const body = method === "GET" || method === "DELETE" ? undefined : request.body;
  if (request.body !== undefined && body === undefined) repair("body.on-get", "its body is left out");
  const contentType = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const inBody = body === undefined ? undefined : bodyInputs(body, contentType, unfit);
  const { keys, rest } = keysIn(query);
  const inAddress = keys.map((name) => keyInAddress(name, new URL(origin).hostname, credentials, repair));
  const needed = [...credentials, ...inAddress];
  const inputs = [...inPath, ...queryInputs(rest, unfit), ...inHeader, ...(inBody?.inputs ?? [])];
  const title = titleOf(method, path);
  const operation: ApiOperation = {
    id: createIds()(`${method.toLowerCase()} ${path}`, "ask"),
    title,
    description: plainWords(`${method} ${path} of ${new URL(origin).hostname}`, 300),
    tags: [],
    method,
    server: origin,
    path,
    effect: effectOf({ method, path }),
    inputs,
    ...(inBody && { body: inBody.body }),
    protocol: "http",
    answer: readExchangeAnswer(answer),
    credentials: needed.map(({ name }) => name),
    deprecated: false,
  };
  return {
    kind: "exchange",
    title: plainWords(new URL(origin).hostname.replace(/^(?:api|www)\./, ""), 60),
    description: "",
    operations: [operation],
    credentials: needed,
    repairs,
    refused: [],
  };
}

function methodOf({ method }: CurlRequest): ApiOperation["method"] {
  switch (method) {
    case "GET":
    case "POST":
    case "PUT":
    case "PATCH":
    case "DELETE":
      return method;
    default:
      throw unfit(`${plainWords(method, 20)} is not a method that modules use`);
  }
}

function addressOf(address: string): {
  readonly origin: string;
  readonly path: string;
  readonly query: string;
  readonly repairs: ApiRepair[];
} {
  const [beforeHash = ""] = address.split("#");
  const at = beforeHash.indexOf("?");
  const [base, query] = at < 0 ? [beforeHash, ""] : [beforeHash.slice(0, at), beforeHash.slice(at + 1)];
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(\/.*)?$/i.exec(base);
  if (base.includes(`${REMOVED}@`)) throw unfit("it signs in within the address; use -u instead");
  const [, host = "", path = "/"] = match ?? [];
  const found = readServer(host);
  if ("why" in found) throw unfit(found.why.replace("its server", "the address"));
  if (/%(?:2e|2f|5c|00)|\\|\/\.{1,2}(?:\/|$)/i.test(path)) throw unfit("its path is not plain");
  if (path.includes(REMOVED)) throw unfit("it carries a key in its path, where it would end up in logs");
  return { origin: found.server, path, query, repairs: found.notes.map((note) => ({ ...note, at: "/" })) };
}

/** Headers of whoever sends, which say nothing about the request. */
const NOT_ITS_OWN =
  /^(?:accept|content-type|content-length|host|user-agent|connection|cache-control|pragma|origin|referer|accept-.*|sec-.*|dnt|upgrade-insecure-requests|priority|te|if-.*|x-requested-with|cookie)$/i;

function headersOf(
  { headers, user }: CurlRequest,
  host: string,
  repair: (rule: string, what: string) => void,
): { readonly inputs: readonly ApiInput[]; readonly credentials: readonly CredentialNeed[] } {
  const inputs: ApiInput[] = [];
  const credentials: CredentialNeed[] = [];
  const need = (header: string, title: string, prefix?: string): void => {
    const words = wordsOf(header).join("-").slice(0, 30).replace(/-$/, "");
    const name = ModuleName.parse(/^[a-z]/.test(words) ? words : "key");
    if (credentials.some((one) => one.header?.toLowerCase() === header.toLowerCase())) return;
    const base = { name, title, kind: "api_key", host, header, obtainUrl: `https://${host}/` } as const;
    credentials.push({ ...base, ...(prefix !== undefined && { prefix }) });
    repair("exchange.secret", `the value of ${header} was removed and kept nowhere: it is asked for as a credential`);
  };
  if (user !== undefined) {
    need("Authorization", plainWords(`Base64 of user:password for ${host}`, 60), "Basic ");
  }
  for (const [name, value] of headers) {
    if (name.toLowerCase() === "cookie") repair("exchange.cookie", "its cookies are left out: modules have none");
    if (NOT_ITS_OWN.test(name)) continue;
    if (!isSecretHeaderValue(name, value)) {
      const input = {
        name,
        in: "header",
        at: [],
        required: true,
        description: "",
        schema: { type: "string" },
      } as const;
      inputs.push({ ...input, fixed: value.slice(0, 500) });
      continue;
    }
    if (!isCredentialHeader(name))
      throw unfit(`its key goes into the header ${plainWords(name, 60)}, which no module may set`);
    const scheme = /^(\S+) REMOVED$/.exec(value)?.[1];
    need(name, plainWords(`Key for ${host}`, 60), scheme === undefined ? undefined : `${scheme} `);
  }
  return { inputs, credentials };
}

/** What stands in an address after the question mark, and the names of what was a secret in it. */
function keysIn(query: string): { readonly keys: readonly string[]; readonly rest: string } {
  const pairs = query.split("&");
  const nameOf = (pair: string): string => pair.slice(0, pair.indexOf("="));
  // What only looks like a secret and is not called one may be anything: it is refused further down.
  const isKey = (pair: string): boolean => pair.endsWith(`=${REMOVED}`) && isSecretPair(nameOf(pair), "a value");
  const keys = pairs.filter(isKey).map(nameOf);
  const odd = keys.find((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name));
  if (odd !== undefined) throw unfit(`its key goes into the address as “${plainWords(odd, 60)}”`);
  return { keys: [...new Set(keys)], rest: pairs.filter((pair) => !isKey(pair)).join("&") };
}

function keyInAddress(
  query: string,
  host: string,
  others: readonly CredentialNeed[],
  repair: (rule: string, what: string) => void,
): CredentialNeed {
  const words = wordsOf(query).join("-").slice(0, 30).replace(/-$/, "");
  const base = /^[a-z]/.test(words) ? words : "key";
  const name = ModuleName.parse(others.some((one) => one.name === base) ? `${base}-in-address` : base);
  repair("exchange.secret", `the value of ${query} was removed and kept nowhere: it is asked for as a credential`);
  repair("security.scheme", "its key goes into the address, where it would end up in logs");
  const title = plainWords(`Key for ${host}`, 60);
  return { name, title, kind: "api_key", host, query, queryOnly: true, obtainUrl: `https://${host}/` };
}

function titleOf(method: ApiOperation["method"], path: string): string {
  const words = path
    .split("/")
    .filter((segment) => !segment.includes("{") && !/^v\d+(?:\.\d+)?$|^api$/i.test(segment))
    .flatMap(wordsOf);
  const verb = { GET: "Get", POST: "Create", PUT: "Replace", PATCH: "Change", DELETE: "Delete" }[method];
  return plainWords([verb, ...words].join(" "), 60);
}

function unfit(why: string): NexusError {
  return new NexusError("document_unfit", "the request cannot be made by a module", {
    say: `No module can be made of that request: ${why}.`,
  });
}

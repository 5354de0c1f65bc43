import type { FetchInit, Nexus } from "#core/contract/module.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
/** What a library may say of itself and its credential is dropped: the broker adds what the manifest declares. */
const KEPT_HEADERS = ["accept", "accept-language", "content-type", "if-match", "if-modified-since", "if-none-match"];

/** A `fetch` for libraries of the host, through the broker. A refusal rejects, as a failed fetch does. */
export function createFetchImplementation(fetchThroughHost: Nexus["fetch"]): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const method = METHODS.find((known) => known === request.method);
    if (method === undefined) throw new TypeError(`${request.method} is not a method modules may use`);
    const headers: Record<string, string> = {};
    for (const name of KEPT_HEADERS) {
      const value = request.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    const body = request.body === null ? undefined : await request.text();
    const sent: FetchInit = { method, headers, ...(body === undefined || method === "GET" ? {} : { body }) };
    const result = await fetchThroughHost(request.url, sent);
    if (!result.ok) throw new TypeError(`fetch failed: ${result.code}: ${result.detail}`);
    const isBodiless = [204, 205, 304].includes(result.status);
    return new Response(isBodiless ? null : result.body, { status: result.status, headers: result.headers });
  };
}

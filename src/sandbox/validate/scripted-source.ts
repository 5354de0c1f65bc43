import type { EgressCode } from "#core/contract/module.ts";
import type { Json } from "#core/contract/json.ts";
import type { TestExchange } from "#core/contract/validation.ts";

/** What a source in a script says to a request; `fails` when it says nothing at all. */
export type ScriptedAnswer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Json }
  | { readonly fails: EgressCode };

/** A request as a source gets to see it. It has passed the module's grants. */
export interface ScriptedRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string | undefined;
}

/** The sources of one run. What they know nothing of cannot be reached. */
export type Source = (request: ScriptedRequest) => ScriptedAnswer | undefined;

/** Sources that give the answers of a test: by method, address and what the body holds; in order where several fit. */
export function fromExchanges(exchanges: readonly TestExchange[]): Source {
  const known = exchanges.map((exchange) => ({ ...exchange, address: addressOf(exchange.request.url), used: false }));
  return ({ method, url, body }) => {
    const address = addressOf(url.href);
    const fitting = known.filter(
      ({ request, address: scripted }) =>
        request.method === method &&
        scripted === address &&
        (request.bodyIncludes === undefined || (body ?? "").includes(request.bodyIncludes)),
    );
    const next = fitting.find(({ used }) => !used) ?? fitting.at(-1);
    if (next !== undefined) next.used = true;
    return next?.answer;
  };
}

/**
 * The same sources, which answer requests that the test did not foresee as well: as they answer that path with other
 * parameters, else as they answer that request in its turn. An odd question should get as far into a module as a plain one.
 */
export function answeringAnyway(exchanges: readonly TestExchange[]): Source {
  const exact = fromExchanges(exchanges);
  const known = exchanges.flatMap(({ request, answer }) =>
    URL.canParse(request.url) ? [{ method: request.method, url: new URL(request.url), answer }] : [],
  );
  let asked = 0;
  return (request) => {
    asked += 1;
    const { method, url } = request;
    const alike = known.filter((one) => one.method === method && one.url.host === url.host);
    const near = alike.find((one) => one.url.pathname === url.pathname) ?? alike[asked - 1];
    return exact(request) ?? near?.answer;
  };
}

/** Sources that are well for some requests and then all do the same. */
export function failingAfter(requests: number, well: Source, answer: ScriptedAnswer): Source {
  let asked = 0;
  return (request) => {
    asked += 1;
    return asked <= requests ? well(request) : answer;
  };
}

/** The order of parameters and how they are escaped mean nothing to a server. */
function addressOf(href: string): string {
  if (!URL.canParse(href)) return "";
  const url = new URL(href);
  url.searchParams.sort();
  url.hash = "";
  return url.href;
}

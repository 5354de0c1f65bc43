import type { FileMethods } from "./methods/files.ts";
import type { HttpAnswer, HttpRequest } from "./http-server.ts";
import type { Place } from "./place.ts";
import type { ResponseUrls } from "./response-url.ts";
import type { Refused, WebApi } from "./web-api.ts";

export interface RouteOptions {
  readonly place: Place;
  readonly webApi: WebApi;
  readonly files: FileMethods;
  readonly responses: ResponseUrls;
  readonly refusals: Refused[];
  installPage(query: URLSearchParams): { location: string } | { error: string };
}

/** Which address is what: the Web API, uploads, downloads, response URLs and the install page. */
export function createRoutes(options: RouteOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const { place, webApi, files, responses, refusals } = options;

  /** Private files need a bot token with files:read; without one Slack shows its sign-in page. */
  function download(id: string, request: HttpRequest): HttpAnswer {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const bearer = place.tokens.check(token);
    const file = place.workspace.files.get(id);
    if (typeof bearer === "string" || !bearer.scopes.includes("files:read") || bearer.teamId !== file?.teamId) {
      return { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in to Slack</html>" };
    }
    return { status: 200, headers: { "content-type": file.mimeType }, body: file.content };
  }

  return async (request) => {
    const { path, method } = request;
    const api = /^\/api\/([\w.]+)$/.exec(path)?.[1];
    if (api !== undefined) return webApi.handle(api, request);
    const ticket = /^\/upload\/v1\/(\w+)$/.exec(path)?.[1];
    if (ticket !== undefined && (method === "POST" || method === "PUT")) return files.receive(ticket, request);
    const file = /^\/files-pri\/\w+-(F\w+)\//.exec(path)?.[1];
    if (file !== undefined && method === "GET") return download(file, request);
    const response = /^\/actions\/(.+)$/.exec(path)?.[1];
    if (response !== undefined && method === "POST") return responses.handle(response, request);
    if (path === "/oauth/v2/authorize") {
      const page = options.installPage(request.query);
      if ("location" in page) return { status: 302, headers: { location: page.location }, body: "" };
      refusals.push({ method: "oauth/v2/authorize", error: page.error, detail: request.query.toString() });
      return { status: 400, headers: { "content-type": "text/plain" }, body: page.error };
    }
    return { status: 404, headers: { "content-type": "text/plain" }, body: "" };
  };
}

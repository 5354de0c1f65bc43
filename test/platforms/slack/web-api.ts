import { setTimeout as wait } from "node:timers/promises";
import { toBody, unable, wrong, type SlackAnswer, type SlackRefusal } from "./answer.ts";
import type { FaultList } from "./faults.ts";
import type { HttpAnswer, HttpRequest } from "./http-server.ts";
import type { Caller, Method } from "./method.ts";
import type { Place } from "./place.ts";
import type { Team } from "./workspace.ts";

/** One Web API call, as it was made and answered. */
export interface Call {
  readonly method: string;
  /** Its arguments without the token. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly teamId: string | undefined;
  readonly atMs: number;
  /** Of what was answered, or would have been when the answer was lost; undefined when all went well. */
  readonly error: string | undefined;
}

/** A request that no correct app makes. */
export interface Refused {
  readonly method: string;
  readonly error: string;
  readonly detail: string;
}

export interface WebApi {
  readonly calls: readonly Call[];
  handle(name: string, request: HttpRequest): Promise<HttpAnswer>;
}

/** Creates the methods' front: tokens, scopes, arguments, bad days and the record. https://docs.slack.dev/apis/web-api */
export function createWebApi(
  place: Place,
  methods: Readonly<Record<string, Method>>,
  faults: FaultList,
  refusals: Refused[],
): WebApi {
  const calls: Call[] = [];
  const { app, tokens, workspace } = place;

  /** The workspace a call is made in: with an organisation's token it has to be told, or seen by the channel. */
  function teamOf(tokenTeamId: string, name: string, args: Args): Team | SlackRefusal {
    const organisation = app.organisation?.id === tokenTeamId ? app.organisation : undefined;
    const channel = workspace.channels.get(String(args["channel"] ?? args["channel_id"]));
    const [one] = workspace.teams.values();
    if (organisation !== undefined && one !== undefined && name === "auth.test") return { ...one, ...organisation };
    const { team_id: named = channel?.teamId } = args;
    const told = organisation === undefined ? tokenTeamId : named;
    if (typeof told !== "string") return wrong("missing_argument", "team_id: the token is an organisation's");
    return workspace.teams.get(told) ?? unable("invalid_auth");
  }

  function authenticate(name: string, method: Method, args: Args, token: string): Caller | SlackRefusal {
    if (method.token === "none") return { team: NOBODY, token: "", user: undefined, scopes: [] };
    if (token === "") return wrong("not_authed", "no token");
    if (method.token === "app") {
      if (token === app.appToken) return { team: NOBODY, token, user: undefined, scopes: ["connections:write"] };
      return token.startsWith("xoxb-")
        ? wrong("not_allowed_token_type", "needs an xapp- token")
        : unable("invalid_auth");
    }
    if (token.startsWith("xapp-")) return wrong("not_allowed_token_type", "needs a bot token");
    const found = tokens.check(token);
    if (typeof found === "string") return unable(found);
    const team = teamOf(found.teamId, name, args);
    if ("ok" in team) return team;
    const lacks = method.scopes.length > 0 && !method.scopes.some((scope) => found.scopes.includes(scope));
    const [needed = ""] = method.scopes;
    const provided = found.scopes.join(",");
    if (lacks) return wrong("missing_scope", `needs ${needed}`, { needed, provided });
    return { team, token, user: found.user, scopes: found.scopes };
  }

  async function run(name: string, method: Method | undefined, args: Args, token: string) {
    if (method === undefined) return { answer: wrong("unknown_method", name), caller: undefined };
    const caller = authenticate(name, method, args, token);
    if ("ok" in caller) return { answer: caller, caller: undefined };
    // The client adds team_id to any call made for one workspace of an organisation.
    const { team_id: team = caller.team.id, ...own } = args;
    if (team !== caller.team.id) return { answer: wrong("team_access_not_granted", String(team)), caller };
    return { answer: await method.run(own, caller), caller };
  }

  return {
    calls,
    async handle(name, request) {
      const read = readArguments(request);
      const { token, args } = read;
      const atMs = workspace.clock().getTime();
      const fault = faults.take(name);
      const delayMs = faults.delayMs(name);
      if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
      function record(error: string | undefined, teamId: string | undefined): void {
        calls.push({ method: name, body: readable(args), teamId, atMs, error });
      }
      if (fault?.kind === "rate-limit") {
        record("ratelimited", undefined);
        return json(429, { ok: false, error: "ratelimited" }, { "retry-after": String(fault.retryAfterS) });
      }
      if (fault?.kind === "http") {
        record(`http ${fault.status}`, undefined);
        return { status: fault.status, headers: { "content-type": "text/html" }, body: "<html>Server Error</html>" };
      }
      if (fault?.kind === "error") {
        record(fault.error, undefined);
        return json(200, { ok: false, error: fault.error });
      }
      const refused = read.error === undefined ? undefined : wrong(read.error, "not a body Slack reads");
      const { answer, caller } =
        refused === undefined ? await run(name, methods[name], args, token) : { answer: refused, caller: undefined };
      record(answer.ok ? undefined : answer.error, caller?.team.id);
      if (!answer.ok && answer.wrong) refusals.push({ method: name, error: answer.error, detail: answer.detail });
      if (fault?.kind === "lose-response") return "hang-up";
      return json(200, toBody(answer satisfies SlackAnswer), scopeHeaders(methods[name], caller));
    },
  };
}

type Args = Readonly<Record<string, unknown>>;

/** Arguments that a form carries as JSON. */
const STRUCTURED = new Set(["blocks", "chunks", "files", "metadata", "prompts", "view"]);

function readable(args: Args): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const isJson = STRUCTURED.has(name) && typeof value === "string";
      return [name, isJson ? (parse(value) ?? value) : value];
    }),
  );
}

/** A call without a bot's token belongs to no team. */
const NOBODY = { id: "", name: "", domain: "", botUserId: "", botId: "" };

/** https://docs.slack.dev/authentication/installing-with-oauth#scopes */
function scopeHeaders(method: Method | undefined, caller: Caller | undefined): Record<string, string> {
  if (method === undefined || caller === undefined || method.token === "none") return {};
  const accepted: Record<string, string> =
    method.scopes.length === 0 ? {} : { "x-accepted-oauth-scopes": method.scopes.join(",") };
  return { ...accepted, "x-oauth-scopes": caller.scopes.join(",") };
}

interface ReadArguments {
  readonly token: string;
  readonly args: Args;
  readonly error: "invalid_json" | "invalid_post_type" | "invalid_form_data" | undefined;
}

/** https://docs.slack.dev/apis/web-api/#methods: a form or JSON; the token in the header, or in a form. */
function readArguments({ headers, query, body }: HttpRequest): ReadArguments {
  const header = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  const text = body.toString("utf8");
  if (type === "application/json") {
    const value = parse(text);
    if (value === undefined) return { token: header, args: {}, error: "invalid_json" };
    // A token inside JSON is not read, as the vendor says.
    return { token: header, args: { ...value }, error: undefined };
  }
  if (text !== "" && type !== "application/x-www-form-urlencoded") {
    return { token: header, args: {}, error: "invalid_post_type" };
  }
  const { token = header, ...args } = Object.fromEntries([...query, ...new URLSearchParams(text)]);
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1];
  if (basic === undefined) return { token, args, error: undefined };
  const [client_id = "", client_secret = ""] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return { token, args: { ...args, client_id, client_secret }, error: undefined };
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

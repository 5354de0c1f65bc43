import { createHash } from "node:crypto";
import { reply, type GoogleAnswer } from "./google-answer.ts";

/** Google's authorization server. https://developers.google.com/identity/protocols/oauth2/web-server */
export interface GoogleOAuth {
  /** What the person does on the permission page. */
  consent: "allow" | "deny" | "untick one box";
  /** How the token endpoint behaves from now on. `hold` keeps requests waiting until `release`. */
  tokenMode: "ok" | "unavailable" | "rate-limited" | "garbage" | "hold";
  /** Seconds an access token lives. */
  lifetimeS: number;
  /**
   * Seconds a refresh token lives, which Google says for an app in testing; undefined for one that is published.
   * https://developers.google.com/identity/protocols/oauth2#expiration
   */
  refreshLifetimeS: number | undefined;
  /** Gives a new refresh token with every access token and voids the old one, as RFC 6749 6 allows. */
  rotates: boolean;
  /** A refresh token such as a finished consent leaves behind. */
  grant(): string;
  /** The person withdraws the access in their account: every token ends at once. */
  revoke(): void;
  release(): void;
  accepts(authorization: string): boolean;
  authorize(query: URLSearchParams): GoogleAnswer;
  token(request: TokenRequest): Promise<GoogleAnswer>;
}

interface TokenRequest {
  readonly method: string;
  readonly headers: { readonly "content-type"?: string | undefined };
  readonly body: string;
}

interface Code {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
  readonly offline: boolean;
}

const AUTHORIZE_PARAMETERS = new Set([
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method",
  "access_type",
  "prompt",
]);

/** An authorization server for one client and one person. */
export function createGoogleOAuth(options: { clientId: string; clientSecret: string; clock: () => Date }): GoogleOAuth {
  const codes = new Map<string, Code>();
  /** By token, when it ends; ms. */
  const refreshTokens = new Map<string, number>();
  const leftS = (token: string): number => ((refreshTokens.get(token) ?? 0) - options.clock().getTime()) / 1000;
  const accessTokens = new Map<string, number>();
  let released = Promise.withResolvers<void>();
  let serial = 0;
  const next = (kind: string): string => `${kind}-${(serial += 1)}`;

  function issue(scope: string, refreshToken: string | undefined, renewedBy = refreshToken): GoogleAnswer {
    const accessToken = next("access");
    accessTokens.set(accessToken, options.clock().getTime() + oauth.lifetimeS * 1000);
    return reply(200, {
      access_token: accessToken,
      expires_in: oauth.lifetimeS,
      scope,
      token_type: "Bearer",
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      ...(renewedBy !== undefined && Number.isFinite(leftS(renewedBy))
        ? { refresh_token_expires_in: Math.floor(leftS(renewedBy)) }
        : {}),
    });
  }

  function exchange(form: URLSearchParams): GoogleAnswer {
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    if (code === undefined) return invalidGrant("Malformed auth code.");
    if (form.get("redirect_uri") !== code.redirectUri) {
      return reply(400, { error: "redirect_uri_mismatch", error_description: "Bad Request" });
    }
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (challenge !== code.challenge) return invalidGrant("Invalid code verifier.");
    return issue(code.scope, code.offline ? oauth.grant() : undefined);
  }

  function refresh(form: URLSearchParams): GoogleAnswer {
    const given = form.get("refresh_token") ?? "";
    if (!(leftS(given) > 0)) return invalidGrant("Token has been expired or revoked.");
    if (!oauth.rotates) return issue("", undefined, given);
    refreshTokens.delete(given);
    return issue("", oauth.grant());
  }

  const oauth: GoogleOAuth = {
    consent: "allow",
    tokenMode: "ok",
    lifetimeS: 3599,
    refreshLifetimeS: undefined,
    rotates: false,
    grant() {
      const token = next("refresh");
      const lifeMs = (oauth.refreshLifetimeS ?? Number.POSITIVE_INFINITY) * 1000;
      refreshTokens.set(token, options.clock().getTime() + lifeMs);
      return token;
    },
    revoke() {
      refreshTokens.clear();
      accessTokens.clear();
    },
    release() {
      released.resolve();
      released = Promise.withResolvers();
    },
    accepts(authorization) {
      const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? "";
      return (accessTokens.get(token) ?? 0) > options.clock().getTime();
    },
    authorize(query) {
      const problem = authorizeProblem(query, options.clientId);
      if (problem !== undefined) return { status: 400, headers: { "content-type": "text/html" }, body: problem };
      const redirect = new URL(query.get("redirect_uri") ?? "");
      redirect.searchParams.set("state", query.get("state") ?? "");
      if (oauth.consent === "deny") {
        redirect.searchParams.set("error", "access_denied");
      } else {
        const asked = (query.get("scope") ?? "").split(" ");
        const code = next("code");
        codes.set(code, {
          redirectUri: query.get("redirect_uri") ?? "",
          challenge: query.get("code_challenge") ?? "",
          scope: (oauth.consent === "allow" ? asked : asked.slice(1)).join(" "),
          offline: query.get("access_type") === "offline" && query.get("prompt") === "consent",
        });
        redirect.searchParams.set("code", code);
      }
      return { status: 302, headers: { location: redirect.href }, body: "" };
    },
    async token(request) {
      if (oauth.tokenMode === "hold") await released.promise;
      if (oauth.tokenMode === "unavailable") return { status: 503, headers: {}, body: "" };
      if (oauth.tokenMode === "rate-limited") return reply(429, { error: "rate_limit_exceeded" });
      if (oauth.tokenMode === "garbage") return { ...reply(200, {}), body: "<html>" };
      if (request.method !== "POST" || request.headers["content-type"] !== "application/x-www-form-urlencoded") {
        return reply(400, { error: "invalid_request", error_description: "Required parameter is missing: grant_type" });
      }
      const form = new URLSearchParams(request.body);
      if (form.get("client_id") !== options.clientId || form.get("client_secret") !== options.clientSecret) {
        return reply(401, { error: "invalid_client", error_description: "The OAuth client was not found." });
      }
      if (form.get("grant_type") === "authorization_code") return exchange(form);
      if (form.get("grant_type") === "refresh_token") return refresh(form);
      return reply(400, { error: "unsupported_grant_type", error_description: "Invalid grant_type" });
    },
  };
  return oauth;
}

function invalidGrant(description: string): GoogleAnswer {
  return reply(400, { error: "invalid_grant", error_description: description });
}

function authorizeProblem(query: URLSearchParams, clientId: string): string | undefined {
  for (const name of query.keys()) if (!AUTHORIZE_PARAMETERS.has(name)) return `Parameter not allowed: ${name}`;
  if (query.get("response_type") !== "code") return "Invalid response_type";
  if (query.get("client_id") !== clientId) return "The OAuth client was not found.";
  if (!URL.canParse(query.get("redirect_uri") ?? "")) return "Invalid redirect_uri";
  if ((query.get("scope") ?? "") === "") return "Missing required parameter: scope";
  if (query.get("code_challenge_method") !== "S256" || query.get("code_challenge")?.length !== 43) {
    return "Invalid code_challenge";
  }
  return undefined;
}

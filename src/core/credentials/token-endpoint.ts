import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import type { Egress } from "#core/contract/sandbox.ts";

/** What the token endpoint answered: a token, or a refusal that only a person can mend. */
export type TokenAnswer =
  | {
      readonly granted: true;
      readonly accessToken: string;
      readonly lifetimeS: number;
      /** Given at the first exchange, and by some providers again at each refresh, the old one then being void. */
      readonly refreshToken: string | undefined;
      /** Space-separated. Absent when it is exactly what was asked for. */
      readonly scope: string | undefined;
    }
  | { readonly granted: false; readonly reason: Refusal };

export type Refusal = "grant" | "client" | "other";

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
const Granted = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  scope: z.string().optional(),
});

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const Refused = z.object({ error: z.string() });

/** Used when the provider does not say (`expires_in` is only recommended): short enough to be safe. */
const DEFAULT_LIFETIME_S = 300;
const MAX_RESPONSE_BYTES = 65_536;
const TIMEOUT_MS = 10_000;

/**
 * One request to an OAuth2 token endpoint, through the egress broker.
 *
 * Not google-auth-library's OAuth2Client: it reads the wall clock, retries by its own timers, knows one provider,
 * and its errors carry the request with the client secret in it. The protocol is one form post.
 * @throws NexusError upstream_unavailable | rate_limited | upstream_invalid when there is no clear answer
 */
export async function askForToken(
  egress: Egress,
  tokenUrl: string,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const { hostname, pathname } = new URL(tokenUrl);
  const { result } = await egress.request(
    tokenUrl,
    {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams(form).toString(),
    },
    {
      hosts: [{ host: hostname, methods: ["POST"], pathPrefixes: [pathname] }],
      maxResponseBytes: MAX_RESPONSE_BYTES,
      timeoutMs: TIMEOUT_MS,
    },
    [],
    signal,
  );
  signal.throwIfAborted();
  if (!result.ok) throw new NexusError("upstream_unavailable", `token endpoint ${hostname}: ${result.code}`);
  return readAnswer(hostname, result.status, result.body);
}

function readAnswer(hostname: string, status: number, body: string): TokenAnswer {
  const json = parseJson(body);
  if (status >= 200 && status < 300) {
    const granted = Granted.safeParse(json);
    // The body is not quoted: it may hold a token.
    if (!granted.success) throw new NexusError("upstream_invalid", `token endpoint ${hostname} sent no token`);
    return {
      granted: true,
      accessToken: granted.data.access_token,
      lifetimeS: granted.data.expires_in ?? DEFAULT_LIFETIME_S,
      refreshToken: granted.data.refresh_token,
      scope: granted.data.scope,
    };
  }
  const refused = Refused.safeParse(json);
  const error = refused.success ? refused.data.error : undefined;
  if (status === 429 || error === "slow_down") {
    throw new NexusError("rate_limited", `token endpoint ${hostname}: ${status}`);
  }
  if (status >= 500 || error === "temporarily_unavailable" || error === "server_error") {
    throw new NexusError("upstream_unavailable", `token endpoint ${hostname}: ${status}`);
  }
  if (error === undefined) throw new NexusError("upstream_invalid", `token endpoint ${hostname}: ${status}`);
  return { granted: false, reason: reasonOf(error) };
}

function reasonOf(error: string): Refusal {
  switch (error) {
    case "invalid_grant":
      return "grant";
    case "invalid_client":
    case "unauthorized_client":
    // Google's own names for a client that was deleted or turned off in its console.
    case "deleted_client":
    case "disabled_client":
      return "client";
    default:
      return "other";
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

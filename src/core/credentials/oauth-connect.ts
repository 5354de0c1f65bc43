import { createHash } from "node:crypto";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { OrgId, PersonId } from "#core/contract/ids.ts";
import { CredentialNeed } from "#core/contract/manifest.ts";
import type { Clock } from "#core/contract/ports.ts";
import { ActorRef } from "#core/contract/principal.ts";
import type { Egress } from "#core/contract/sandbox.ts";
import type { OAuthStates } from "#core/store/oauth-states.ts";
import { askForToken, type Refusal } from "./token-endpoint.ts";
import type { CredentialTarget, Vault } from "./vault.ts";

/** The client that whoever runs this NEXUS registered with the provider. A public one has no secret: it is empty. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Whose account is to be connected, for what, and who asks. */
export interface OAuthRequest {
  readonly target: CredentialTarget;
  readonly need: CredentialNeed;
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly by: ActorRef;
}

/** Connects an account by the OAuth2 authorisation code flow with PKCE (RFC 6749 4.1, RFC 7636). */
export interface OAuthConnect {
  /** Where to send the person's browser. `state` comes back with it, counts once, and for ten minutes. */
  begin(request: OAuthRequest): Promise<{ url: string; state: string }>;
  /**
   * Trades the code the browser came back with for lasting access, and stores it.
   * @throws NexusError action_expired | connect_failed | credential_rejected | upstream_unavailable | rate_limited | upstream_invalid
   */
  finish(state: string, given: OAuthReturn, signal: AbortSignal): Promise<{ org: OrgId; credential: string }>;
  /** What to say when the browser came back with `error` in place of a code. It uses up the state. */
  declined(state: string, error: string, iss?: string): Promise<NexusError>;
}

/** What the browser brought back from the provider. */
export interface OAuthReturn {
  readonly code: string;
  /** Who the provider says it is (RFC 9207). */
  readonly iss?: string | undefined;
}

export interface OAuthConnectDeps {
  readonly vault: Pick<Vault, "put" | "seal" | "open">;
  readonly states: OAuthStates;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** What is remembered of a connection between the link and the browser's return. It was sealed by us, and is read as if not. */
const Pending = z.object({
  target: z.object({
    org: OrgId,
    name: z.string(),
    owner: PersonId.exactOptional(),
    bound: z.string().exactOptional(),
  }),
  need: CredentialNeed,
  client: z.object({ clientId: z.string(), clientSecret: z.string() }),
  redirectUri: z.string(),
  by: ActorRef,
  verifier: z.string(),
});
type Pending = z.infer<typeof Pending>;

type OAuthDetails = NonNullable<CredentialNeed["oauth2"]>;

const STATE_LIFE_MS = 10 * 60_000;

/** A desk for OAuth2 connections. What is under way lies sealed in the store, so that a restart interrupts nobody. */
export function createOAuthConnect({ vault, states, egress, clock, randomBytes }: OAuthConnectDeps): OAuthConnect {
  const token = (): string => Buffer.from(randomBytes(32)).toString("base64url");

  /** Takes the entry out whatever becomes of it: a state counts once. */
  async function take(state: string): Promise<Pending | undefined> {
    const hash = hashOf(state);
    const sealed = await states.take(hash);
    return sealed === undefined ? undefined : Pending.parse(JSON.parse(vault.open(sealed, purpose(hash))));
  }

  return {
    async begin(request) {
      const { need, client, redirectUri } = request;
      const state = token();
      const pending: Pending = { ...request, target: targetOf(request), verifier: token() };
      const url = authorizationUrl(detailsOf(need), client.clientId, redirectUri, state, pending.verifier);
      const hash = hashOf(state);
      const sealed = vault.seal(JSON.stringify(pending), purpose(hash));
      await states.add(hash, sealed, new Date(clock().getTime() + STATE_LIFE_MS));
      return { url, state };
    },

    async finish(state, { code, iss }, signal) {
      const entry = await take(state);
      if (entry === undefined) throw expired();
      const { target, need, client } = entry;
      const oauth2 = detailsOf(need);
      if (!isIssuer(oauth2, iss)) throw strangeIssuer(need);
      const grant = {
        grant_type: "authorization_code",
        code,
        redirect_uri: entry.redirectUri,
        code_verifier: entry.verifier,
      };
      const answer = await askForToken(egress, oauth2, client, grant, signal);
      if (!answer.granted) throw refused(need, answer.reason);
      const left = missingScopes(oauth2.scopes, answer.scope);
      if (left.length > 0) {
        throw new NexusError("connect_failed", `${need.name}: not granted: ${left.join(" ")}`, {
          say: `${need.title} was connected without a permission it needs, so I kept nothing.`,
          hint: "Start again, and leave every box ticked on the permission page.",
        });
      }
      if (answer.refreshToken === undefined) {
        throw new NexusError("connect_failed", `${need.name}: no refresh token`, {
          say: `${need.title} gave access for this hour only, so I kept nothing.`,
          hint: "Remove NEXUS from the connected apps of that account, then start again.",
        });
      }
      signal.throwIfAborted();
      await vault.put(target, { ...client, refreshToken: answer.refreshToken }, entry.by);
      return { org: target.org, credential: need.name };
    },

    async declined(state, error, iss) {
      const entry = await take(state);
      if (entry === undefined) return expired();
      const { need } = entry;
      if (!isIssuer(detailsOf(need), iss)) return strangeIssuer(need);
      if (error === "access_denied") {
        return new NexusError("connect_failed", `${need.name}: access_denied`, {
          say: `You did not allow access to ${need.title}, so nothing was connected.`,
        });
      }
      // The parameter comes from a browser: it is told apart by what we know, never repeated.
      return new NexusError("connect_failed", `${need.name}: the authorization endpoint returned an error`, {
        say: `${need.title} refused the connection.`,
        hint: "Check the client ID, its redirect address and its permissions with the provider, then start again.",
      });
    },
  };
}

function hashOf(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}

/** What the sealed entry is bound to: its own state, so that it answers for no other. */
function purpose(stateHash: string): string {
  return `oauth state ${stateHash}`;
}

function detailsOf({ name, oauth2 }: CredentialNeed): OAuthDetails {
  if (oauth2 === undefined) throw new NexusError("internal", `${name} is not an oauth2 credential`);
  return oauth2;
}

/** Somebody's own account becomes theirs, whoever forgot to say so. */
function targetOf({ target, need, by }: OAuthRequest): Pending["target"] {
  const isOwnerless = target.owner === undefined && need.personal === true && by.kind === "person";
  return isOwnerless ? { ...target, owner: PersonId.parse(by.id) } : target;
}

/**
 * Whether the answer comes from the provider that was asked. One that says nothing is let through: not all can say it.
 * https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 */
function isIssuer({ issuer }: OAuthDetails, iss: string | undefined): boolean {
  return issuer === undefined || iss === undefined || iss === issuer;
}

function strangeIssuer(need: CredentialNeed): NexusError {
  return new NexusError("connect_failed", `${need.name}: the browser came back from another issuer`, {
    say: `The answer did not come from ${need.title}, so I kept nothing.`,
  });
}

function authorizationUrl(
  oauth2: OAuthDetails,
  clientId: string,
  redirectUri: string,
  state: string,
  verifier: string,
): string {
  const url = new URL(oauth2.authorizationUrl);
  const parameters: Record<string, string> = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: oauth2.scopes.join(" "),
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  if (url.hostname === "accounts.google.com") {
    // Without the first, no refresh token at all; without the second, one only at the very first consent.
    // https://developers.google.com/identity/protocols/oauth2/web-server#offline
    parameters["access_type"] = "offline";
    parameters["prompt"] = "consent";
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** A server that grants exactly what was asked for may leave `scope` out (RFC 6749 5.1). */
function missingScopes(asked: readonly string[], granted: string | undefined): string[] {
  if (granted === undefined) return [];
  const given = new Set(granted.split(" "));
  return asked.filter((scope) => !given.has(scope));
}

function expired(): NexusError {
  return new NexusError("action_expired", "an OAuth state that is unknown, used or too old", {
    say: "This connection link was already used, or is older than ten minutes.",
    hint: "Start again with `connect <module>`.",
  });
}

function refused(need: CredentialNeed, reason: Refusal): NexusError {
  const detail = `${need.name}: the token endpoint refused the code (${reason})`;
  switch (reason) {
    case "client":
      return new NexusError("credential_rejected", detail, {
        say: `${need.title} does not accept that client ID and secret.`,
        hint: "Copy both again from the provider's console, then start again.",
      });
    case "grant":
      return new NexusError("connect_failed", detail, {
        say: `${need.title} says the sign-in was already used or took too long.`,
      });
    case "other":
      return new NexusError("connect_failed", detail, { say: `${need.title} refused the connection.` });
    default:
      return reason satisfies never;
  }
}

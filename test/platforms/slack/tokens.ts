import { randomBytes } from "node:crypto";
import type { Clock } from "#core/contract/ports.ts";

/** A token in use, or one that ended. */
export interface BotToken {
  readonly token: string;
  readonly teamId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | undefined;
  /** The person it speaks for; undefined for the bot. */
  readonly user: string | undefined;
}

/** Hands out tokens and knows which still hold. https://docs.slack.dev/authentication/using-token-rotation */
export interface Tokens {
  issue(teamId: string, scopes: readonly string[], rotating: boolean): Grant;
  issueForUser(teamId: string, scopes: readonly string[], user: string): string;
  /** A refresh token works once. */
  refresh(refreshToken: string): Grant | undefined;
  check(token: string): BotToken | "invalid_auth" | "token_revoked" | "token_expired";
  revoke(token: string): void;
  revokeTeam(teamId: string): void;
}

export interface Grant extends BotToken {
  readonly refreshToken: string | undefined;
  readonly expiresInS: number | undefined;
}

const TOKEN_LIFE_S = 12 * 60 * 60;

/** Creates an empty key ring. */
export function createTokens(clock: Clock): Tokens {
  const known = new Map<string, BotToken>();
  const revoked = new Set<string>();
  const refreshable = new Map<string, BotToken>();

  function issue(teamId: string, scopes: readonly string[], rotating: boolean): Grant {
    const secret = randomBytes(12).toString("hex");
    const token = rotating ? `xoxe.xoxb-1-${secret}` : `xoxb-${teamId.slice(1)}-${secret}`;
    const expiresAt = rotating ? new Date(clock().getTime() + TOKEN_LIFE_S * 1000) : undefined;
    const granted = { token, teamId, scopes, expiresAt, user: undefined };
    known.set(token, granted);
    if (!rotating) return { ...granted, refreshToken: undefined, expiresInS: undefined };
    const refreshToken = `xoxe-1-${randomBytes(12).toString("hex")}`;
    refreshable.set(refreshToken, granted);
    return { ...granted, refreshToken, expiresInS: TOKEN_LIFE_S };
  }

  return {
    issue,
    issueForUser(teamId, scopes, user) {
      const token = `xoxp-${teamId.slice(1)}-${randomBytes(12).toString("hex")}`;
      known.set(token, { token, teamId, scopes, expiresAt: undefined, user });
      return token;
    },
    refresh(refreshToken) {
      const old = refreshable.get(refreshToken);
      if (old === undefined || revoked.has(old.token)) return undefined;
      refreshable.delete(refreshToken);
      return issue(old.teamId, old.scopes, true);
    },
    check(token) {
      const found = known.get(token);
      if (found === undefined) return "invalid_auth";
      if (revoked.has(token)) return "token_revoked";
      if (found.expiresAt !== undefined && found.expiresAt <= clock()) return "token_expired";
      return found;
    },
    revoke: (token) => void revoked.add(token),
    revokeTeam(teamId) {
      for (const { token, teamId: owner } of known.values()) if (owner === teamId) revoked.add(token);
    },
  };
}

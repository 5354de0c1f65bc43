import { randomBytes } from "node:crypto";
import type { App } from "./place.ts";

/** One person's "Allow" on the install page. */
export interface InstallRequest {
  readonly teamId: string;
  readonly installer: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string | undefined;
}

/** Codes handed out and not yet used. */
export interface InstallRequests {
  take(code: string): InstallRequest | undefined;
  /** What the page at /oauth/v2/authorize does: where the browser is sent next, or why it is not. */
  authorize(query: URLSearchParams, decision: InstallDecision): { location: string } | { error: string };
}

/** What the next person on the page will do. */
export interface InstallDecision {
  readonly teamId: string;
  readonly installer: string;
  readonly allows: boolean;
}

/** Creates the install page. https://docs.slack.dev/authentication/installing-with-oauth */
export function createInstallPage(app: App): InstallRequests {
  const codes = new Map<string, InstallRequest>();
  return {
    take(code) {
      const request = codes.get(code);
      codes.delete(code);
      return request;
    },
    authorize(query, { teamId, installer, allows }) {
      if (query.get("client_id") !== app.clientId) return { error: "invalid_client_id" };
      const scopes = (query.get("scope") ?? "").split(",").filter((scope) => scope !== "");
      if (scopes.length === 0) return { error: "invalid_scope_requested: no scope was asked for" };
      const unknown = scopes.filter((scope) => !app.scopes.includes(scope));
      if (unknown.length > 0) return { error: `invalid_scope_requested: ${unknown.join(",")}` };
      const redirectUri = query.get("redirect_uri") ?? undefined;
      if (redirectUri === undefined) return { error: "bad_redirect_uri" };
      const next = new URL(redirectUri);
      const state = query.get("state");
      if (state !== null) next.searchParams.set("state", state);
      if (!allows) {
        next.searchParams.set("error", "access_denied");
        return { location: next.href };
      }
      const code = randomBytes(12).toString("hex");
      codes.set(code, { teamId, installer, scopes, redirectUri });
      next.searchParams.set("code", code);
      return { location: next.href };
    },
  };
}

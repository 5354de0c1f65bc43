import { z } from "zod";
import { success, unable, wrong, type SlackAnswer } from "#test/platforms/slack/answer.ts";
import { method, type Method } from "#test/platforms/slack/method.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import type { Grant } from "#test/platforms/slack/tokens.ts";
import type { InstallRequests } from "#test/platforms/slack/install-page.ts";

/** Who one is, how one connects, and how a workspace lets the app in and out. */
export function authMethods(place: Place, installs: InstallRequests): Record<string, Method> {
  const { app, tokens, workspace } = place;

  /** https://docs.slack.dev/reference/methods/oauth.v2.access */
  function granted(grant: Grant, installer: string): SlackAnswer {
    const team = workspace.teams.get(grant.teamId);
    const bot = team ?? [...workspace.teams.values()][0];
    if (bot === undefined || (team === undefined && app.organisation === undefined)) {
      return wrong("invalid_code", "no such team");
    }
    const rotation =
      grant.refreshToken === undefined ? {} : { refresh_token: grant.refreshToken, expires_in: grant.expiresInS };
    return success({
      app_id: app.id,
      authed_user: { id: installer },
      scope: grant.scopes.join(","),
      token_type: "bot",
      access_token: grant.token,
      ...rotation,
      bot_user_id: bot.botUserId,
      team: team === undefined ? null : { id: team.id, name: team.name },
      enterprise: app.organisation ?? null,
      is_enterprise_install: app.organisation !== undefined,
    });
  }

  return {
    "auth.test": method({}, {}, (_, { team, user }) =>
      success({
        url: `https://${team.domain}.slack.com/`,
        team: team.name,
        team_id: team.id,
        // A person's token has no bot behind it.
        ...(user === undefined
          ? { user: app.name, user_id: team.botUserId, bot_id: team.botId }
          : { user: workspace.people.get(user)?.name, user_id: user }),
        ...(app.organisation && { enterprise_id: app.organisation.id }),
        is_enterprise_install: app.organisation !== undefined,
      }),
    ),
    "apps.connections.open": method({ token: "app" }, {}, () => success({ url: place.socketUrl() })),
    "auth.revoke": method({}, { test: z.unknown().optional() }, (_, { token }) => {
      tokens.revoke(token);
      return success({ revoked: true });
    }),
    "apps.uninstall": method({}, { client_id: z.string(), client_secret: z.string() }, (args, { team }) => {
      if (args.client_id !== app.clientId) return wrong("invalid_client_id", args.client_id);
      if (args.client_secret !== app.clientSecret) return wrong("bad_client_secret", "not the app's secret");
      tokens.revokeTeam(team.id);
      return success();
    }),
    "oauth.v2.access": method(
      { token: "none" },
      {
        client_id: z.string(),
        client_secret: z.string(),
        code: z.string().optional(),
        redirect_uri: z.string().optional(),
        grant_type: z.enum(["authorization_code", "refresh_token"]).optional(),
        refresh_token: z.string().optional(),
      },
      ({ client_id, client_secret, code, redirect_uri, grant_type, refresh_token }) => {
        if (client_id !== app.clientId) return wrong("invalid_client_id", client_id);
        if (client_secret !== app.clientSecret) return wrong("bad_client_secret", "not the app's secret");
        if (grant_type === "refresh_token") {
          const grant = tokens.refresh(refresh_token ?? "");
          return grant === undefined ? wrong("invalid_refresh_token", "used, or never given") : granted(grant, "");
        }
        const request = installs.take(code ?? "");
        if (request === undefined) return wrong("invalid_code", "used, or never given");
        if (request.redirectUri !== redirect_uri) return wrong("bad_redirect_uri", redirect_uri ?? "none");
        return granted(
          tokens.issue(app.organisation?.id ?? request.teamId, request.scopes, app.tokenRotation),
          request.installer,
        );
      },
    ),
    "team.info": method({ scopes: ["team:read"] }, { team: z.string().optional() }, (args, { team }) => {
      if (args.team !== undefined && args.team !== team.id) return unable("team_not_found");
      return success({ team: { id: team.id, name: team.name, domain: team.domain } });
    }),
    "bots.info": method({ scopes: ["users:read"] }, { bot: z.string().optional() }, (args, { team }) => {
      if (args.bot !== undefined && args.bot !== team.botId) return unable("bot_not_found");
      const bot = { id: team.botId, app_id: app.id, user_id: team.botUserId, name: app.name, deleted: false };
      return success({ bot });
    }),
  };
}

import type { Sending } from "./act/speak.ts";
import type { Delivery } from "./delivery.ts";
import type { App } from "./place.ts";
import type { Workspace } from "./workspace.ts";

/** Every event of the app's manifest; startSlack may take some away. */
export const ALL_EVENTS = [
  "app_home_opened",
  "app_mention",
  "app_context_changed",
  "agent_session_stopped",
  "message.im",
  "message.mpim",
  "message.channels",
  "message.groups",
  "member_joined_channel",
  "app_uninstalled",
  "tokens_revoked",
] as const;

export type SendEvent = (
  teamId: string,
  event: Readonly<Record<string, unknown>>,
  shared: boolean,
) => Sending | undefined;

/** Wraps events as the Events API does and hands them to the postman, unless the app did not subscribe to them. */
export function createEvents(
  workspace: Workspace,
  app: App,
  delivery: Delivery,
  subscribed: readonly string[],
): SendEvent {
  return (teamId, event, shared) => {
    if (!subscribed.includes(subscriptionOf(event))) return undefined;
    const team = workspace.teams.get(teamId);
    if (team === undefined) return undefined;
    // https://docs.slack.dev/apis/events-api/#event-type-structure
    const payload = {
      token: "legacy",
      team_id: teamId,
      ...(app.organisation && { enterprise_id: app.organisation.id }),
      context_team_id: teamId,
      context_enterprise_id: app.organisation?.id ?? null,
      api_app_id: app.id,
      event,
      type: "event_callback",
      event_id: workspace.mintId("Ev"),
      event_time: Math.floor(workspace.clock().getTime() / 1000),
      authorizations: [
        {
          enterprise_id: app.organisation?.id ?? null,
          team_id: app.organisation === undefined ? teamId : null,
          user_id: team.botUserId,
          is_bot: true,
          is_enterprise_install: app.organisation !== undefined,
        },
      ],
      is_ext_shared_channel: shared,
      event_context: workspace.mintId("4-"),
    };
    return { payload, delivered: delivery.event(payload) };
  };
}

function subscriptionOf(event: Readonly<Record<string, unknown>>): string {
  const type = String(event["type"]);
  if (type !== "message") return type;
  const kind = String(event["channel_type"]);
  return `message.${kind === "channel" || kind === "group" ? `${kind}s` : kind}`;
}

import type { SendEvent } from "#test/platforms/slack/events.ts";
import { viewObject } from "#test/platforms/slack/objects.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import { directChannel } from "./command.ts";
import type { Sending } from "./speak.ts";

/** Coming, going and stopping; each resolves when the app has acknowledged. Resolves to whether it was late. */
export interface Visiting {
  /** Opens the app: its Home, or its messages. */
  openHome(user: string, tab?: "home" | "messages"): Promise<boolean>;
  /** Presses the native Stop of an agent session. */
  stopSession(session: { channel: string; threadTs: string; user: string }): Promise<boolean>;
  /** Somebody brings the bot into a channel. */
  join(channel: string, inviter?: string): Promise<boolean>;
  revokeTokens(team?: string): Promise<boolean>;
  uninstall(team?: string): Promise<boolean>;
}

/** Creates the doors people go through. */
export function createVisiting(place: Place, send: SendEvent, defaultTeam: string): Visiting {
  const { workspace, views, app, tokens } = place;
  async function late(...sent: readonly (Sending | undefined)[]): Promise<boolean> {
    const delivered = await Promise.all(sent.flatMap((one) => (one === undefined ? [] : [one.delivered])));
    return delivered.some((one) => one.late);
  }
  const revoked = (team: string) => {
    const { botUserId = "" } = workspace.teams.get(team) ?? {};
    return send(team, { type: "tokens_revoked", tokens: { oauth: [], bot: [botUserId] } }, false);
  };

  return {
    openHome(user, tab = "home") {
      const teamId = workspace.people.get(user)?.teamId ?? defaultTeam;
      const channel = directChannel(place, teamId, user);
      const view = views.home(user, teamId);
      const botId = workspace.teams.get(teamId)?.botId ?? "";
      const shown = tab === "home" && view !== undefined ? { view: viewObject(view, app, botId) } : {};
      const at = { user, channel: channel.id, tab, event_ts: workspace.mintTs() };
      return late(send(teamId, { type: "app_home_opened", ...at, ...shown }, false));
    },
    stopSession({ channel, threadTs, user }) {
      const teamId = workspace.channels.get(channel)?.teamId ?? defaultTeam;
      const streams = workspace.messages.filter(
        (message) => message.channel === channel && message.threadTs === threadTs && message.streaming?.open === true,
      );
      for (const { streaming } of streams) if (streaming) Object.assign(streaming, { open: false, isStopped: true });
      const event = {
        type: "agent_session_stopped",
        channel,
        user,
        thread_ts: threadTs,
        streaming_message_ts: streams.map(({ ts }) => ts),
        event_ts: workspace.mintTs(),
      };
      return late(send(teamId, event, false));
    },
    join(id, inviter) {
      const channel = workspace.channels.get(id);
      const team = workspace.teams.get(channel?.teamId ?? "");
      if (channel === undefined || team === undefined) throw new Error(`there is no channel ${id}`);
      channel.members.add(team.botUserId);
      const event = {
        type: "member_joined_channel",
        user: team.botUserId,
        channel: id,
        channel_type: channel.kind === "channel" ? "C" : "G",
        team: team.id,
        ...(inviter === undefined ? {} : { inviter }),
        event_ts: workspace.mintTs(),
      };
      return late(send(team.id, event, channel.shared));
    },
    revokeTokens(team = defaultTeam) {
      tokens.revokeTeam(team);
      return late(revoked(team));
    },
    uninstall(team = defaultTeam) {
      tokens.revokeTeam(team);
      // Both come, in no promised order: https://docs.slack.dev/reference/events/app_uninstalled
      return late(revoked(team), send(team, { type: "app_uninstalled" }, false));
    },
  };
}

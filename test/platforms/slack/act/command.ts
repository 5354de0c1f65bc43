import type { SlackRefusal } from "#test/platforms/slack/answer.ts";
import type { Delivered, Delivery } from "#test/platforms/slack/delivery.ts";
import { messageObject } from "#test/platforms/slack/objects.ts";
import { directMessage, type Place } from "#test/platforms/slack/place.ts";
import type { ResponseUrls } from "#test/platforms/slack/response-url.ts";
import type { Channel, Person } from "#test/platforms/slack/workspace.ts";

/** How the app took what a person did: in time or not, and what it said at once. */
export interface Reaction extends Delivered {
  /** Where the app may open a modal, while the trigger holds. */
  readonly triggerId: string;
  readonly responseUrl: string;
}

/** Commands and shortcuts; each resolves when the app has acknowledged, or has not in time. */
export interface Commanding {
  slash(command: { command: string; text: string; channel: string; user: string }): Promise<Reaction>;
  /** A shortcut from a message's menu. */
  messageAction(action: { callbackId: string; channel: string; ts: string; user: string }): Promise<Reaction>;
  /** A shortcut from the composer or search. */
  shortcut(action: { callbackId: string; user: string; team?: string }): Promise<Reaction>;
}

/** Creates the command line and the menus. */
export function createCommanding(
  place: Place,
  delivery: Delivery,
  responses: ResponseUrls,
  complain: (refusal: SlackRefusal) => void,
): Commanding {
  const { workspace, app, views } = place;

  function whereabouts(channelId: string, user: string): { channel: Channel; person: Person } {
    const channel = workspace.channels.get(channelId);
    const person = workspace.people.get(user);
    if (channel === undefined || person === undefined) throw new Error(`${user} cannot act in ${channelId}`);
    if (!channel.members.has(user)) throw new Error(`${user} is not in ${channelId}`);
    return { channel, person };
  }

  return {
    async slash({ command, text, channel: id, user }) {
      const { channel, person } = whereabouts(id, user);
      const origin = { teamId: channel.teamId, channel: id, user, message: undefined };
      const triggerId = views.mintTrigger(user, channel.teamId);
      const responseUrl = responses.mint(origin);
      // https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
      const delivered = await delivery.interaction("slash_commands", {
        token: "legacy",
        team_id: channel.teamId,
        team_domain: workspace.teams.get(channel.teamId)?.domain,
        channel_id: id,
        channel_name: channelName(channel),
        user_id: user,
        user_name: person.name.toLowerCase(),
        command,
        text,
        api_app_id: app.id,
        ...(app.organisation && { enterprise_id: app.organisation.id, enterprise_name: app.organisation.name }),
        is_enterprise_install: String(app.organisation !== undefined),
        response_url: responseUrl,
        trigger_id: triggerId,
      });
      const refusal = delivered.payload === undefined ? undefined : responses.say(origin, delivered.payload);
      if (refusal !== undefined) complain(refusal);
      return { ...delivered, triggerId, responseUrl };
    },

    async messageAction({ callbackId, channel: id, ts, user }) {
      const { channel, person } = whereabouts(id, user);
      const message = workspace.find(id, ts);
      if (message === undefined) throw new Error(`there is no message ${ts} in ${id}`);
      const triggerId = views.mintTrigger(user, channel.teamId);
      const responseUrl = responses.mint({ teamId: channel.teamId, channel: id, user, message: undefined });
      // https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
      const delivered = await delivery.interaction("interactive", {
        type: "message_action",
        token: "legacy",
        ...identity(place, channel.teamId, person),
        action_ts: workspace.mintTs(),
        callback_id: callbackId,
        trigger_id: triggerId,
        response_url: responseUrl,
        message_ts: ts,
        channel: { id, name: channelName(channel) },
        message: messageObject(message, place, false),
      });
      return { ...delivered, triggerId, responseUrl };
    },

    async shortcut({ callbackId, user, team }) {
      const person = workspace.people.get(user);
      if (person === undefined) throw new Error(`there is nobody called ${user}`);
      const teamId = team ?? person.teamId;
      const triggerId = views.mintTrigger(user, teamId);
      const delivered = await delivery.interaction("interactive", {
        type: "shortcut",
        token: "legacy",
        ...identity(place, teamId, person),
        action_ts: workspace.mintTs(),
        callback_id: callbackId,
        trigger_id: triggerId,
      });
      return { ...delivered, triggerId, responseUrl: "" };
    },
  };
}

/** Who acts, and in which app and workspace: the same in every interaction. */
export function identity(place: Place, teamId: string, person: Person): Record<string, unknown> {
  const { domain } = place.workspace.teams.get(teamId) ?? {};
  const name = person.name.toLowerCase();
  return {
    api_app_id: place.app.id,
    team: { id: teamId, domain },
    user: { id: person.id, username: name, name, team_id: person.externalTeam ?? person.teamId },
    enterprise: place.app.organisation ?? null,
    is_enterprise_install: place.app.organisation !== undefined,
  };
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands: what stands for the name of an unnamed place */
export function channelName(channel: Channel): string {
  const names = { channel: channel.name, private: "privategroup", im: "directmessage", mpim: `mpdm-${channel.name}` };
  return names[channel.kind];
}

/** The direct-message channel of a person, for what happens outside any other. */
export function directChannel(place: Place, teamId: string, user: string): Channel {
  const channel = directMessage(place.workspace, teamId, user);
  if (channel === undefined) throw new Error(`there is nobody called ${user}`);
  return channel;
}

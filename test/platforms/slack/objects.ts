import type { App } from "./place.ts";
import type { Channel, Message, Person, Team, UploadedFile, Workspace } from "./workspace.ts";
import type { View } from "./views.ts";

/** https://docs.slack.dev/reference/objects/user-object */
export function userObject(person: Person): Record<string, unknown> {
  const { id, name, tz, locale, guest, deactivated, externalTeam, teamId } = person;
  return {
    id,
    team_id: externalTeam ?? teamId,
    name: name.toLowerCase().replaceAll(/\W+/g, "."),
    real_name: name,
    deleted: deactivated,
    tz,
    tz_label: tz,
    tz_offset: 0,
    locale,
    is_bot: false,
    is_app_user: false,
    is_admin: false,
    is_owner: false,
    is_restricted: guest,
    is_ultra_restricted: false,
    // False also for people of another workspace, once a shared channel made them known.
    ...(externalTeam === undefined ? {} : { is_stranger: false }),
    profile: { real_name: name, display_name: name, team: externalTeam ?? teamId },
  };
}

/** The bot's own user. */
export function botUserObject(team: Team, app: App): Record<string, unknown> {
  return {
    id: team.botUserId,
    team_id: team.id,
    name: app.name,
    real_name: app.name,
    deleted: false,
    tz: "America/Los_Angeles",
    locale: "en-US",
    is_bot: true,
    is_restricted: false,
    is_ultra_restricted: false,
    profile: { real_name: app.name, display_name: app.name, bot_id: team.botId, api_app_id: app.id, team: team.id },
  };
}

/** https://docs.slack.dev/reference/objects/conversation-object */
export function channelObject(channel: Channel, botUserId: string): Record<string, unknown> {
  const { id, name, kind, members, shared, archived, teamId } = channel;
  const common = { id, is_archived: archived, is_ext_shared: shared, is_org_shared: false, context_team_id: teamId };
  const kinds = {
    is_channel: kind === "channel",
    is_group: kind === "private",
    is_im: kind === "im",
    is_mpim: kind === "mpim",
    is_private: kind !== "channel",
  };
  if (kind === "im") return { ...common, ...kinds, user: [...members].find((member) => member !== botUserId) };
  return {
    ...common,
    ...kinds,
    name,
    name_normalized: name,
    is_general: name === "general",
    is_shared: shared,
    is_member: members.has(botUserId),
    num_members: members.size,
  };
}

/** https://docs.slack.dev/reference/objects/file-object */
export function fileObject(file: UploadedFile, origin: string): Record<string, unknown> {
  const address = `${origin}/files-pri/${file.teamId}-${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    ...(file.altText === undefined ? {} : { alt_txt: file.altText }),
    mimetype: file.mimeType,
    filetype: file.name.split(".").pop(),
    user: file.user,
    size: file.content.length,
    mode: "hosted",
    is_external: false,
    url_private: address,
    url_private_download: `${address}?download=1`,
    permalink: `${origin}/files/${file.user}/${file.id}`,
    channels: [...file.channels],
  };
}

/** A message as history and events give it. https://docs.slack.dev/reference/events/message */
export function messageObject(
  message: Message,
  place: { readonly workspace: Workspace; readonly app: App; origin(): string },
  withMetadata: boolean,
): Record<string, unknown> {
  const { workspace, app } = place;
  const { ts, threadTs, user, botId, subtype, text, blocks, metadata, edited, files } = message;
  const replies = workspace.messages.filter(
    (other) => other.channel === message.channel && other.threadTs === ts && other.ephemeralTo === undefined,
  );
  const last = replies.at(-1);
  return {
    type: "message",
    ...(subtype === undefined ? {} : { subtype }),
    user,
    ts,
    text,
    team: workspace.channels.get(message.channel)?.teamId,
    ...(botId === undefined ? {} : { bot_id: botId, app_id: app.id }),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs, parent_user_id: parentOf(message, workspace)?.user }),
    ...(last === undefined
      ? {}
      : {
          thread_ts: ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map((reply) => reply.user))],
          latest_reply: last.ts,
        }),
    ...(edited ? { edited: { user, ts: `${Math.floor(workspace.clock().getTime() / 1000)}.000000` } } : {}),
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
    ...(files.length === 0 ? {} : { files: files.map((id) => fileOf(id, workspace, place.origin())) }),
    ...(message.reactions.size === 0 ? {} : { reactions: reactionsOf(message) }),
  };
}

function parentOf(message: Message, workspace: Workspace): Message | undefined {
  return message.threadTs === undefined ? undefined : workspace.find(message.channel, message.threadTs);
}

function fileOf(id: string, workspace: Workspace, origin: string): Record<string, unknown> {
  const file = workspace.files.get(id);
  return file === undefined ? { id, mode: "tombstone" } : fileObject(file, origin);
}

/** https://docs.slack.dev/reference/methods/reactions.get */
export function reactionsOf(message: Message): { name: string; users: string[]; count: number }[] {
  return [...message.reactions].map(([name, users]) => ({ name, users: [...users], count: users.size }));
}

/** https://docs.slack.dev/reference/views */
export function viewObject(view: View, app: App, botId: string, values: unknown = {}): Record<string, unknown> {
  return {
    id: view.id,
    team_id: view.teamId,
    private_metadata: "",
    callback_id: "",
    external_id: "",
    clear_on_close: false,
    notify_on_close: false,
    close: null,
    submit: null,
    ...view.body,
    state: { values },
    hash: view.hash,
    previous_view_id: view.previousId ?? null,
    root_view_id: view.rootId,
    app_id: app.id,
    app_installed_team_id: view.teamId,
    bot_id: botId,
  };
}

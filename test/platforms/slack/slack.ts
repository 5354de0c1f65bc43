import type { LoopbackSlack, SlackOptions } from "./loopback-slack.ts";
import { createCommanding } from "./act/command.ts";
import { createFilling } from "./act/form.ts";
import { createPressing } from "./act/press.ts";
import { createSpeaking } from "./act/speak.ts";
import { createVisiting } from "./act/visit.ts";
import { wrong, type SlackRefusal } from "./answer.ts";
import { checkBlocks } from "./block-kit/check-blocks.ts";
import { liveMentions, liveMentionsInBlocks } from "./block-kit/mentions.ts";
import { blockSchema } from "./block-kit/schema.ts";
import { createDelivery } from "./delivery.ts";
import { ALL_EVENTS, createEvents } from "./events.ts";
import { createFaults } from "./faults.ts";
import { startHttpServer } from "./http-server.ts";
import { createInstallPage } from "./install-page.ts";
import { agentMethods } from "./methods/agents.ts";
import { authMethods } from "./methods/auth.ts";
import { chatMethods } from "./methods/chat.ts";
import { conversationMethods } from "./methods/conversations.ts";
import { createFileMethods } from "./methods/files.ts";
import { peopleMethods } from "./methods/people.ts";
import { reactionMethods } from "./methods/reactions.ts";
import { streamMethods } from "./methods/streams.ts";
import { viewMethods } from "./methods/views.ts";
import { messageObject } from "./objects.ts";
import type { App, Place } from "./place.ts";
import { createResponseUrls } from "./response-url.ts";
import { createRoutes } from "./routes.ts";
import { createSight } from "./seen.ts";
import { createSignedHttp, verifyUrl } from "./signed-http.ts";
import { createSocketMode } from "./socket-mode.ts";
import { createTokens } from "./tokens.ts";
import type { Transport } from "./transport.ts";
import { createViews } from "./views.ts";
import { createWebApi, type Refused } from "./web-api.ts";
import { createWorkspace } from "./workspace.ts";

export type { LoopbackSlack, SlackOptions } from "./loopback-slack.ts";

/** The bot scopes of a default install. */
export const DEFAULT_SCOPES = [
  ..."app_mentions:read assistant:write chat:write commands im:history im:read im:write channels:history".split(" "),
  ..."groups:history mpim:history channels:read groups:read files:read files:write reactions:write users:read".split(
    " ",
  ),
] as const;

/** Starts a Slack with one workspace in which the app is installed. */
export async function startSlack(options: SlackOptions = {}): Promise<LoopbackSlack> {
  const clock = options.clock ?? (() => new Date());
  const workspace = createWorkspace(clock);
  const tokens = createTokens(clock);
  const views = createViews(clock, (prefix) => workspace.mintId(prefix));
  const faults = createFaults();
  const schema = blockSchema();
  const refusals: Refused[] = [];
  const allowMentions = new Set<string>();
  const usergroups = new Map<string, readonly string[]>();
  const app: App = {
    id: workspace.mintId("A"),
    name: "nexus",
    appToken: `xapp-1-${workspace.mintId("A")}-1-${workspace.mintId("")}`,
    signingSecret: workspace.mintId("").toLowerCase(),
    clientId: `${workspace.mintId("1")}.${workspace.mintId("2")}`,
    clientSecret: workspace.mintId("").toLowerCase(),
    scopes: options.scopes ?? DEFAULT_SCOPES,
    tokenRotation: options.tokenRotation ?? false,
    organisation: options.organisation,
  };
  const { id: teamId = "T0NEXUS01", name = "Loopback", domain = "loopback" } = options.team ?? {};
  const sockets = createSocketMode(app.id, (error, detail) => refusals.push({ method: "socket", error, detail }));
  let transport: Transport = sockets;
  const delivery = createDelivery(() => transport, {
    retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
    ackDeadlineMs: options.ackDeadlineMs ?? 3000,
    waitsForApp: options.waitsForApp ?? true,
    deliveries: options.deliveries ?? (() => 1),
  });
  const subscribed = options.events ?? ALL_EVENTS;
  const send = createEvents(workspace, app, delivery, subscribed);

  const place: Place = {
    workspace,
    tokens,
    views,
    app,
    sessions: new Map(),
    origin: () => server.origin,
    socketUrl: () => sockets.mintUrl(server.origin),
    emit: (team, event) => void send(team, event, false),
    echo(message, change) {
      // Nobody there to hear an echo: a real one would have been given up long before the app is back.
      if (options.echo === false || !transport.isReady) return;
      const channel = workspace.channels.get(message.channel);
      if (channel === undefined) return;
      const kind = { channel: "channel", private: "group", im: "im", mpim: "mpim" }[channel.kind];
      const object = messageObject(message, place, true);
      const at = { channel: channel.id, channel_type: kind, event_ts: workspace.mintTs() };
      const changes = {
        posted: { ...object, ...at, event_ts: message.ts },
        changed: { type: "message", subtype: "message_changed", hidden: true, message: object, ts: at.event_ts, ...at },
        deleted: {
          type: "message",
          subtype: "message_deleted",
          hidden: true,
          deleted_ts: message.ts,
          previous_message: object,
          ts: at.event_ts,
          ...at,
        },
      };
      place.emit(channel.teamId, changes[change]);
    },
    checkText: (text, where) => forbid(liveMentions(text, where)),
    checkBlocks: (blocks, surface) => checkBlocks(blocks, surface, schema) ?? forbid(liveMentionsInBlocks(blocks)),
  };
  function forbid(mentions: readonly string[]): SlackRefusal | undefined {
    const live = mentions.find((mention) => ![...allowMentions].some((id) => mention.includes(id)));
    return live === undefined ? undefined : wrong("unescaped_mention", live);
  }
  const installs = createInstallPage(app);
  const fileMethods = createFileMethods(place);
  const methods = {
    ...authMethods(place, installs),
    ...chatMethods(place),
    ...streamMethods(place),
    ...conversationMethods(place),
    ...peopleMethods(place, usergroups),
    ...reactionMethods(place),
    ...agentMethods(place, subscribed),
    ...viewMethods(place),
    ...fileMethods.methods,
  };
  const webApi = createWebApi(place, methods, faults, refusals);
  const complain =
    (method: string) =>
    ({ error, detail }: SlackRefusal): void =>
      void refusals.push({ method, error, detail });
  const responses = createResponseUrls(place, complain("response_url"));
  const installPage = (query: URLSearchParams) => installs.authorize(query, slack.installDecision);
  const route = createRoutes({ place, webApi, files: fileMethods, responses, installPage, refusals });
  const server = await startHttpServer(route, (request, socket, head) => sockets.upgrade(request, socket, head));

  function addTeam(team: { id: string; name: string; domain?: string }) {
    const [one] = workspace.teams.values();
    // In an organisation the bot is one user in all workspaces.
    const { botUserId, botId } = app.organisation === undefined ? {} : (one ?? {});
    const bot = { botUserId: botUserId ?? workspace.mintId("U"), botId: botId ?? workspace.mintId("B") };
    workspace.teams.set(team.id, { domain: team.name.toLowerCase(), ...team, ...bot });
    return bot;
  }
  const { botUserId, botId } = addTeam({ id: teamId, name, domain });

  const sight = createSight(place, teamId);
  const slack: LoopbackSlack = {
    ...createSpeaking(place, send),
    ...createPressing(place, delivery, responses),
    ...createCommanding(place, delivery, responses, complain("acknowledgement")),
    ...createFilling(place, delivery, complain("acknowledgement")),
    ...createVisiting(place, send, teamId),
    ...sight,
    get uploads() {
      return sight.uploads;
    },
    origin: server.origin,
    apiUrl: `${server.origin}/api/`,
    authorizeUrl: `${server.origin}/oauth/v2/authorize`,
    botToken: tokens.issue(teamId, app.scopes, false).token,
    appToken: app.appToken,
    signingSecret: app.signingSecret,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    teamId,
    botUserId,
    botId,
    appId: app.id,
    calls: webApi.calls,
    acks: delivery.acks,
    refusals,
    faults,
    allowMentions,
    usergroups,
    installDecision: { teamId, installer: "U0INSTALL", allows: true },
    addTeam,
    addPerson({ id, name, tz = "America/Toronto", locale = "en-CA", externalTeam, team = teamId, ...more }) {
      const { guest = false, deactivated = false } = more;
      workspace.people.set(id, { id, name, tz, locale, guest, deactivated, externalTeam, teamId: team });
    },
    addChannel({ id, name, kind, members, withoutBot = false, shared, team = teamId }) {
      const bot = workspace.teams.get(team)?.botUserId;
      if (bot === undefined) throw new Error(`there is no team ${team}`);
      const isShared = shared ?? members.some((one) => workspace.people.get(one)?.externalTeam !== undefined);
      const all = new Set(withoutBot ? members : [...members, bot]);
      workspace.channels.set(id, { id, name, kind, teamId: team, members: all, shared: isShared, archived: false });
    },
    archive(id) {
      const channel = workspace.channels.get(id);
      if (channel === undefined) throw new Error(`there is no channel ${id}`);
      channel.archived = true;
    },
    issueUserToken: (user, scopes = app.scopes) => tokens.issueForUser(teamId, scopes, user),
    issueToken: ({ team = teamId, scopes = app.scopes } = {}) => tokens.issue(team, scopes, false).token,
    async useHttp(url) {
      const endpoint = { url, signingSecret: app.signingSecret };
      const isVerified = await verifyUrl(endpoint);
      if (isVerified) transport = createSignedHttp(endpoint);
      return isVerified;
    },
    get connections() {
      return sockets.connections;
    },
    rotate: () => sockets.rotate(),
    dropSockets: () => sockets.drop(),
    pauseSockets: () => sockets.pause(),
    resumeSockets: () => sockets.resume(),
    redeliver: (eventId, redelivery) => delivery.redeliver(eventId, redelivery),
    settled: () => delivery.settled(),
    async [Symbol.asyncDispose]() {
      await delivery[Symbol.asyncDispose]();
      sockets[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
  return slack;
}

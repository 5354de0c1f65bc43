import type { ChartRenderer } from "#bot/chart-png.ts";
import type { DoorCore, DoorMemory, FrontEnd, StatusLine } from "#core/contract/door.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { createCatchUp } from "./catch-up.ts";
import { createDoorState, type DoorState, tokenRefused } from "./connect/door-state.ts";
import { createHttpLink, type HttpSettings } from "./connect/http-link.ts";
import type { TakeIn } from "./connect/intake.ts";
import { createSocketLink, type SocketTokens } from "./connect/socket-link.ts";
import { readSlackFile } from "./files.ts";
import { createHomePages } from "./home.ts";
import { createAttention } from "./live/attention.ts";
import { createLiveAnswers } from "./live/live-answers.ts";
import { readManifest } from "./manifest.ts";
import { createPeople } from "./people.ts";
import { createPermalinks } from "./permalink.ts";
import { createPlaceFinder } from "./find-place.ts";
import { createReception } from "./reception.ts";
import { whoWhere } from "./show/manner.ts";
import { probeReply } from "./show/probe.ts";
import { createSentReplies } from "./show/sent-so-far.ts";
import { showReply } from "./show/show.ts";
import { createTriggers } from "./triggers.ts";
import { createResponseUrls } from "./web/response-url.ts";
import { createSlackApi } from "./web/slack-api.ts";
import { isTokenRefused } from "./web/slack-error.ts";

/** How Slack is connected: to one workspace without a public address, or to many with one. */
export type SlackConnection = ({ readonly mode: "socket" } & SocketTokens) | ({ readonly mode: "http" } & HttpSettings);

export interface SlackDoorOptions {
  readonly connection: SlackConnection;
  /** Default: https://slack.com/api/ */
  readonly apiUrl?: string;
  readonly memory: DoorMemory;
  readonly renderer: ChartRenderer;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door to Slack, which can say how it is. */
export type SlackDoor = FrontEnd & { state(): StatusLine };

/** Creates the door to Slack. Nothing is connected before `start`. */
export function createSlackDoor(options: SlackDoorOptions): SlackDoor {
  const { connection, memory, renderer, clock, log, apiUrl = "https://slack.com/api/" } = options;
  const closed = new AbortController();
  const closing = closed.signal;
  const state = createDoorState();
  const linkState: DoorState = {
    ...state,
    connected(where) {
      state.connected(where);
      catchUp.connected();
    },
    reconnecting() {
      state.reconnecting();
      catchUp.lost();
    },
  };
  const linkDeps = { apiUrl, memory, state: linkState, clock, log };
  const link =
    connection.mode === "socket" ? createSocketLink(connection, linkDeps) : createHttpLink(connection, linkDeps);
  const { installations } = link;
  const wanted = new Set(readManifest().botScopes);
  const api = createSlackApi({
    apiUrl,
    installations,
    onRefused({ error, needed = "" }) {
      // What only an optional permission would tell is done without.
      for (const scope of needed.split(",")) if (wanted.has(scope)) state.missingScope(scope);
      // Of many workspaces one may take its token back, and the door is still open.
      if (connection.mode === "socket" && isTokenRefused(error))
        state.failing(tokenRefused("bot token (xoxb-)", error));
    },
    onWarning(warning) {
      const event = readManifest().botEvents.find((name) => warning.includes(name));
      if (event !== undefined) state.missingEvent(event);
    },
    clock,
    log,
  });
  const catchUp = createCatchUp({ api, memory, link, clock, log });
  const people = createPeople(api, installations, clock);
  const triggers = createTriggers(clock);
  const responseUrls = createResponseUrls(apiUrl, clock);
  const sent = createSentReplies();
  const attention = createAttention({ api, memory, closing, log });
  const withoutStreams = new Set<string>();
  const live = createLiveAnswers({
    api,
    memory,
    installations,
    withoutStreams,
    responseUrls,
    hasStop: (conversation) => attention.hasStop(conversation) && !state.lacksEvent("agent_session_stopped"),
    onEnd: ({ conversation }) => attention.clear(conversation),
    closing,
    clock,
    log,
  });
  const home = createHomePages({ api, resolve: people.resolve, closing, clock, log });
  const reception = createReception({ attention, home, link, triggers, responseUrls, closing, clock, log });
  let core: DoorCore | undefined;

  return {
    platform: "slack",
    state: () => state.line(),
    async start(doorCore) {
      core = doorCore;
      const takeIn: TakeIn = (body) => reception.takeIn(doorCore, body);
      await Promise.all([catchUp.begin(takeIn), live.begin()]);
      await link.start(takeIn);
      Promise.all([attention.clearLeftovers(closing), live.clearLeftovers(closing)]).catch((thrown: unknown) => {
        log.warn({ err: asNexusError(thrown) }, "what the last run left working in Slack was not taken away");
      });
    },
    async deliver(outbound, signal) {
      if (closing.aborted) throw new NexusError("upstream_unavailable", "the Slack door is closed");
      const ref = await showReply({ api, renderer, responseUrls, triggers, live, sent }, outbound, signal);
      const { conversation, reply } = outbound;
      if (reply.card !== undefined) attention.card(conversation, reply.card);
      if (outbound.hasMore !== true) attention.clear(outbound.conversation);
      catchUp.tookPart(outbound.conversation);
      if (core !== undefined) home.changed(core, outbound.conversation.tenantId);
      return ref;
    },
    probe: (outbound, signal) => probeReply({ api, sent, now: clock() }, outbound, signal),
    read: (attachment, maxBytes, signal) => readSlackFile({ api, installations, apiUrl }, attachment, maxBytes, signal),
    stream(context) {
      const { conversation, source } = context;
      catchUp.tookPart(conversation);
      // After a restart the turn runs again, and its sign went with the process.
      if (attention.expect(conversation)) attention.show(conversation, source);
      return live.open(context, whoWhere(context));
    },
    ...people,
    permalink: createPermalinks(api, clock),
    findPlace: createPlaceFinder(api),
    async [Symbol.asyncDispose]() {
      if (closing.aborted) return;
      await catchUp[Symbol.asyncDispose]();
      await link.stop();
      await live.close();
      closed.abort();
      await attention.settled();
    },
  };
}

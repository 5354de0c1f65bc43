import {
  Client,
  Events,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
  Partials,
} from "discord.js";
import { z } from "zod";
import type { StatusLine } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import type { DiscordApi } from "./api.ts";
import { codeOf } from "./failure.ts";
import { leave } from "./leave.ts";

/** What comes over the gateway, as Discord sent it. Each is told once the one before has been taken. */
export interface GatewayEvents {
  /** A session began, and what happened before it was not heard. A resumed one is none: Discord repeats what was missed. */
  ready(session: Session): void;
  guild(payload: unknown): void;
  guildGone(payload: unknown): void;
  message(payload: unknown): void;
  interaction(payload: unknown): void;
}

/** Who NEXUS is in a session, and the servers it will be told of. */
export interface Session {
  readonly botUserId: string;
  readonly applicationId: string;
  readonly guildIds: readonly string[];
}

export interface GatewayOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly api: DiscordApi;
  /** Whether to read messages that do not name NEXUS, where the application is allowed to. */
  readonly messageContent: boolean;
  readonly log: Log;
}

/** The connection to Discord's gateway, held by discord.js. */
export interface Gateway extends AsyncDisposable {
  /** Resolves when the session runs, or when it is clear that it cannot; it goes on trying where that may help. */
  connect(events: GatewayEvents): Promise<void>;
  state(): StatusLine;
  /** What discord.js knows of channels, roles and permissions; undefined before the session runs. */
  client(): Client<true> | undefined;
  /** Whether messages that do not name NEXUS come with their text. */
  readsAll(): boolean;
}

/** Makes the connection. Nothing is opened before `connect`. */
export function createGateway(options: GatewayOptions): Gateway {
  const { api, log } = options;
  const closing = new AbortController();
  let state: StatusLine = { state: "off", name: "Discord", detail: "not connected yet" };
  let client: Client | undefined;
  let readsAll = false;
  let retrying: NodeJS.Timeout | undefined;

  const failing = (detail: string) => {
    state = { state: "failing", name: "Discord", detail };
    log.warn({ detail }, "Discord is not connected");
  };
  const running = (name: string) => {
    const reads = readsAll
      ? "mentions, direct messages and followed threads"
      : `mentions and direct messages; ${UPGRADE}`;
    state = { state: "on", name: "Discord", detail: `${name}: ${reads}` };
  };

  async function connect(events: GatewayEvents, failures: number): Promise<void> {
    try {
      const { flags } = await api.application(closing.signal);
      readsAll = options.messageContent && (flags & MAY_READ_CONTENT) !== 0;
      await identify(events);
    } catch (error) {
      if (closing.signal.aborted) return;
      if (error instanceof NexusError && !error.retryable) {
        failing(codeOf(error) === undefined || error.say === "" ? error.message : `${error.say} ${error.hint}`);
        return;
      }
      failing("cannot be reached; I keep trying");
      retrying = setTimeout(
        () => void connect(events, failures + 1),
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures),
      ).unref();
    }
  }

  /** One session, with the intents that are granted. Resolves when it runs or is refused for good. */
  async function identify(events: GatewayEvents): Promise<void> {
    const opened = newClient(options.apiUrl, readsAll);
    client = opened;
    const settled = Promise.withResolvers<void>();
    opened.once(Events.ClientReady, ({ user }) => {
      running(user.username);
      log.info({ bot: user.id, readsAll }, "connected to Discord");
      settled.resolve();
    });
    opened.on(Events.ShardResume, () => running(opened.user?.username ?? "connected"));
    opened.on(Events.ShardReconnecting, () => {
      if (opened === client) state = { state: "failing", name: "Discord", detail: "the line broke; connecting again" };
    });
    opened.on(Events.ShardDisconnect, ({ code }) => {
      if (opened !== client || closing.signal.aborted) return;
      void refused(code, events).finally(settled.resolve);
    });
    opened.on(Events.ShardError, (err) => log.warn({ err }, "Discord's gateway reported an error"));
    opened.on(Events.Error, (err) => log.warn({ err }, "discord.js reported an error"));
    listen(opened, events, () => running(opened.user?.username ?? "connected"));
    // A failed login has closed the session for a reason that the disconnection tells; a broken line is tried again.
    void opened.login(options.token).catch((err: unknown) => {
      log.debug({ err }, "the login to Discord did not end well");
      settled.resolve();
    });
    const timer = setTimeout(() => {
      if (state.state === "off") failing("the gateway does not answer; I keep trying");
      settled.resolve();
    }, PATIENCE_MS).unref();
    await settled.promise;
    clearTimeout(timer);
  }

  /** Discord closed the session and will refuse the same again. Asking once more unchanged would cost the token. */
  async function refused(code: number, events: GatewayEvents): Promise<void> {
    const former = client;
    client = undefined;
    if (former !== undefined) await leave(former);
    if (INTENTS_REFUSED.has(code) && readsAll) {
      log.warn({ code }, "Discord refuses the message content intent; going on without it");
      readsAll = false;
      await identify(events);
      return;
    }
    failing(REFUSALS.get(code) ?? `the gateway closed with code ${code} and takes no new session`);
  }

  return {
    connect: (events) => connect(events, 0),
    state: () => state,
    client: () => (client?.isReady() === true ? client : undefined),
    readsAll: () => readsAll,
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearTimeout(retrying);
      const held = client;
      client = undefined;
      state = { state: "off", name: "Discord", detail: "closed" };
      if (held !== undefined) await leave(held);
    },
  };
}

function newClient(apiUrl: string, readsAll: boolean): Client {
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(readsAll ? [GatewayIntentBits.MessageContent] : []),
    ],
    partials: [Partials.Channel],
    allowedMentions: { parse: [], repliedUser: false },
    rest: { api: apiUrl, version: "10" },
    // What was said is read from the events themselves and kept by the inbox.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
    }),
  });
}

/** The events as Discord sent them: what discord.js makes of them depends on what it has cached. */
function listen(client: Client, events: GatewayEvents, onRunning: () => void): void {
  client.ws.on(GatewayDispatchEvents.Ready, (payload: unknown) => {
    const ready = Ready.safeParse(payload);
    if (ready.success) {
      const { user, application, guilds } = ready.data;
      events.ready({ botUserId: user.id, applicationId: application.id, guildIds: guilds.map(({ id }) => id) });
    }
    if (client.isReady()) onRunning();
  });
  client.ws.on(GatewayDispatchEvents.GuildCreate, (payload: unknown) => events.guild(payload));
  client.ws.on(GatewayDispatchEvents.GuildDelete, (payload: unknown) => events.guildGone(payload));
  client.ws.on(GatewayDispatchEvents.MessageCreate, (payload: unknown) => events.message(payload));
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (payload: unknown) => events.interaction(payload));
}

/** https://docs.discord.com/developers/events/gateway-events#ready */
const Ready = z.object({
  user: z.object({ id: z.string() }),
  application: z.object({ id: z.string() }),
  guilds: z.array(z.object({ id: z.string() })),
});

/** Application flags GATEWAY_MESSAGE_CONTENT and its limited form: https://docs.discord.com/developers/resources/application */
const MAY_READ_CONTENT = (1 << 18) | (1 << 19);

const UPGRADE = "Message Content Intent on the Bot page of the developer portal lets me follow threads unnamed";

const INTENTS_REFUSED: ReadonlySet<number> = new Set([GatewayCloseCodes.DisallowedIntents]);

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [
    GatewayCloseCodes.AuthenticationFailed,
    "Discord refuses the bot token. Reset it on the Bot page of the developer portal, then connect Discord again",
  ],
  [
    GatewayCloseCodes.DisallowedIntents,
    "Discord refuses the intents I ask for. Check the privileged intents on the Bot page of the developer portal",
  ],
  [GatewayCloseCodes.ShardingRequired, "this bot is in more servers than one connection may serve"],
]);

/** How long the start waits for a session before it goes on without; ms. */
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

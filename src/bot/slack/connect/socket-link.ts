import { App, SocketModeReceiver } from "@slack/bolt";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { readManifest } from "#bot/slack/manifest.ts";
import { boltLog } from "#bot/slack/web/bolt-log.ts";
import { isTokenRefused, slackErrorOf } from "#bot/slack/web/slack-error.ts";
import { pause } from "#bot/slack/web/waiting.ts";
import { tokenRefused } from "./door-state.ts";
import { acknowledgeAll, takeInFirst } from "./intake.ts";
import type { Installation } from "./installations.ts";
import type { LinkDeps, SlackLink } from "./link.ts";
import { type Self, whoAmI } from "./who-am-i.ts";

export interface SocketTokens {
  readonly botToken: string;
  readonly appToken: string;
}

/** Between two tries to connect; each failure doubles it. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
const REMOVED = "NEXUS was removed from the Slack workspace";

/**
 * Socket Mode, for one workspace. Reconnecting is done here and not by the library: its own waits 5 s after every
 * refresh, and a failure while it reconnects is a rejection nobody handles, which ends the process.
 */
export function createSocketLink(tokens: SocketTokens, deps: LinkDeps): SlackLink {
  const { state, log } = deps;
  const stopping = new AbortController();
  const found = Promise.withResolvers<Installation>();
  found.promise.catch(() => undefined);
  let self: Self | undefined;
  let running: Promise<void> = Promise.resolve();
  let connections = 0;
  let hasFailed = false;
  let isRemoved = false;
  let underWay = 0;

  const logger = boltLog(log);
  const receiver = new SocketModeReceiver({
    appToken: tokens.appToken,
    logger,
    autoReconnectEnabled: false,
    // The library answers a payload it could not process with nothing, and Slack sends it again.
    processEventErrorHandler: async ({ error }) => {
      log.error({ err: error }, "a payload of Slack's was not taken in and is left to be sent again");
      return false;
    },
    installerOptions: {
      clientOptions: { slackApiUrl: deps.apiUrl, timeout: 10_000, retryConfig: { retries: 0 } },
    },
  });
  const { client } = receiver;

  function build(takeIn: Parameters<SlackLink["start"]>[0]): void {
    const app = new App({
      receiver,
      logger,
      convoStore: false,
      ignoreSelf: false,
      authorize: async () => ({ botToken: tokens.botToken, ...(self && { botUserId: self.botUserId }) }),
    });
    acknowledgeAll(app, log);
    takeInFirst(app, takeIn);
    onlyOnItsOwnSocket(app);
  }

  /**
   * An envelope is acknowledged on the connection it came by. When that has gone, or goes meanwhile, what was taken in
   * is let pass when Slack sends it again.
   */
  function onlyOnItsOwnSocket(app: App): void {
    const process = app.processEvent.bind(app);
    app.processEvent = async (event) => {
      const cameBy = connections;
      const ack: typeof event.ack = async (answer) => {
        if (cameBy !== connections || client.websocket?.isActive() !== true) {
          log.debug({}, "the connection ended before an acknowledgement; Slack sends the payload again");
          return;
        }
        try {
          await event.ack(answer);
        } catch (err) {
          log.debug({ err }, "the connection ended during an acknowledgement; Slack sends the payload again");
        }
      };
      underWay += 1;
      try {
        await process({ ...event, ack });
      } finally {
        underWay -= 1;
        if (isRemoved && underWay === 0) await end();
      }
    };
  }

  /** Only once: a second time while a connection is being made is what the library cannot take. */
  async function end(): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await client.disconnect();
  }

  /** Connects, and again whenever the connection ends. Settles `first` at the end of the first try. */
  async function keepConnected(first: () => void): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      try {
        self ??= await identify();
        const ended = nextEnd();
        // Counted before it is there: the first payloads may come in one breath with the greeting.
        connections += 1;
        await client.start();
        waitMs = FIRST_WAIT_MS;
        state.connected(`${self.teamName} · Socket Mode`);
        first();
        await ended;
        if (!stopping.signal.aborted) state.reconnecting();
      } catch (thrown) {
        if (stopping.signal.aborted) break;
        hasFailed = true;
        const isFinal = explain(thrown);
        first();
        if (isFinal) return;
        await pause(waitMs, stopping.signal).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    }
  }

  async function identify(): Promise<Self> {
    const known = await whoAmI(tokens.botToken, deps.apiUrl, logger);
    for (const scope of readManifest().botScopes) if (!known.scopes.includes(scope)) state.missingScope(scope);
    found.resolve({ token: tokens.botToken, botUserId: known.botUserId, scopes: known.scopes });
    return known;
  }

  function nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      client.once("disconnected", () => resolve());
    });
  }

  /** Says in `status` why there is no connection; true when trying again cannot help. */
  function explain(thrown: unknown): boolean {
    const error = slackErrorOf(thrown);
    log.warn({ err: thrown }, "Slack could not be connected");
    if (error !== undefined && isTokenRefused(error)) {
      const which = self === undefined ? "bot token (xoxb-)" : "app-level token (xapp-)";
      const why = tokenRefused(which, error);
      state.failing(why);
      found.reject(new NexusError("upstream_unavailable", why, { say: "Slack refuses the token NEXUS was given." }));
      return true;
    }
    if (error === "missing_scope") {
      const scope = z.object({ data: z.object({ needed: z.string() }) }).safeParse(thrown).data?.data.needed;
      state.failing(`the app-level token (xapp-) needs the scope ${scope ?? "connections:write"}`);
      return true;
    }
    state.failing(`Slack cannot be reached${error === undefined ? "" : ` (${error})`}; trying again`);
    return false;
  }

  return {
    installations: {
      async find() {
        if (isRemoved) throw new NexusError("upstream_unavailable", REMOVED, { say: `${REMOVED}.` });
        // While Slack cannot be reached, a reply is better handed back than held here.
        if (self === undefined && hasFailed) throw new NexusError("upstream_unavailable", "Slack is not connected yet");
        return await found.promise;
      },
    },
    ownUserId: () => self?.botUserId,
    teamIds: async () => (self === undefined ? [] : [self.teamId]),
    async start(takeIn) {
      build(takeIn);
      const first = Promise.withResolvers<void>();
      running = keepConnected(() => first.resolve());
      await Promise.race([first.promise, running]);
    },
    async forget(tenantId) {
      if (tenantId !== self?.teamId) return [];
      isRemoved = true;
      state.failing(`${REMOVED}. Install the app there again, then say \`connect slack\` with its new tokens`);
      for (const key of await deps.memory.keys("")) await deps.memory.delete(key);
      return [tenantId];
    },
    async stop() {
      found.reject(new NexusError("upstream_unavailable", "the Slack door is closed"));
      await end();
      await running;
    },
  };
}

import { once } from "node:events";
import { createAccountRoutes } from "./account-routes.ts";
import type { Bucket } from "./buckets.ts";
import { createChannelRoutes, type Typing } from "./channel-routes.ts";
import { createCommands, type RegisteredCommand } from "./commands.ts";
import type { Faults } from "./faults.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { createHttpServer, type Handled, type HttpRequest } from "./http-server.ts";
import type { Interaction, Modal } from "./interaction-record.ts";
import { createInteractions } from "./interactions.ts";
import { createMessages } from "./messages.ts";
import type { Operation } from "./operations.ts";
import { createPeople, type People } from "./people.ts";
import { createRest, type Call, type Handlers, type Refusal } from "./rest.ts";
import { see, type SeenMessage } from "./seen.ts";
import { createTown, type Town } from "./town.ts";
import { createUploads } from "./uploads.ts";
import { createWorld, isThread, must } from "./world.ts";

export type { Interaction, Modal } from "./interaction-record.ts";
export type { SeenMessage } from "./seen.ts";

export interface DiscordOptions {
  /** Of message times, nonces, interaction tokens and attachment links; the three-second deadline is real. */
  readonly clock?: () => Date;
  /** Privileged intents enabled in the developer portal; none unless told. */
  readonly intentsAllowed?: number;
  readonly guilds?: readonly { readonly id: string; readonly name: string }[];
  /** 41,250 unless told. */
  readonly heartbeatMs?: number;
  /** Rate limits by operation, where they should bite. */
  readonly buckets?: Partial<Record<Operation, Bucket>>;
  /** How long an attachment's link works; a day unless told. */
  readonly attachmentLifetimeMs?: number;
}

/** Discord on loopback: its gateway, its HTTP API, its rules, and the people in it. */
export interface LoopbackDiscord extends People, Town, Faults, AsyncDisposable {
  readonly origin: string;
  /** For discord.js: `rest: { api: restUrl, version: "10" }`. */
  readonly restUrl: string;
  readonly token: string;
  readonly applicationId: string;
  readonly botUserId: string;
  /** How the gateway behaves: deliveries, replays, who may connect. */
  readonly gateway: Gateway;
  /** Closes the bot's connection with a code, such as 4014. */
  closeGateway(code: number): void;
  /** Cuts it as a lost network does; the session can be resumed. */
  dropGateway(): void;
  /** Tells the bot that its session is over, or to resume it. */
  invalidSession(resumable?: boolean): void;
  /** Heartbeats stay unanswered until `gateway.acknowledges` is set again. */
  missHeartbeatAck(): void;
  /** How often the bot said IDENTIFY, and RESUME. */
  readonly identifies: number;
  readonly resumes: number;

  /** A channel, thread or direct message as everybody in it sees it, oldest first. */
  messages(channel: string): readonly SeenMessage[];
  /** What only this person sees. */
  ephemerals(user: string): readonly SeenMessage[];
  /** Forms shown to this person, oldest first. */
  modals(user: string): readonly Modal[];
  /** The threads below a channel, or all of them. */
  threads(channel?: string): readonly SeenThread[];
  typing(channel?: string): readonly Typing[];
  /** Registered in a guild, or in the global scope when none is named. */
  commands(guild?: string): readonly RegisteredCommand[];
  readonly registrations: number;
  readonly interactions: readonly Interaction[];
  readonly calls: readonly Call[];
  /** Everything that was refused because it was wrong: empty for a bot that behaves. */
  readonly refusals: readonly Refusal[];
}

export interface SeenThread {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | undefined;
  readonly archived: boolean;
  readonly locked: boolean;
}

/** Starts a Discord that refuses what the real one refuses, and whatever would ping somebody unasked. */
export async function startDiscord(options: DiscordOptions = {}): Promise<LoopbackDiscord> {
  const clock = options.clock ?? (() => new Date());
  const token = "MTAwMDAwMDAwMDAwMDAwMDAw.GloopB.discord-token-of-the-loopback";
  const world = createWorld(clock);
  const typing: Typing[] = [];
  let origin = "";

  const server = createHttpServer(async (request) => attachmentAt(request) ?? rest.handle(request));
  const gateway = createGateway(world, {
    server,
    token,
    privileged: options.intentsAllowed ?? 0,
    heartbeatMs: options.heartbeatMs ?? 41_250,
    url: () => `${origin.replace("http", "ws")}/gateway/`,
  });
  const uploads = createUploads(world, () => origin, options.attachmentLifetimeMs ?? 86_400_000);
  const messages = createMessages(world, gateway, () => origin, uploads);
  const commands = createCommands(world);
  const interactions = createInteractions(world, gateway, messages);
  const people = createPeople(world, gateway, messages, interactions, commands, uploads);
  const town = createTown(world, gateway);
  const handlers: Handlers = {
    ...createChannelRoutes(world, gateway, messages, typing),
    ...interactions.routes,
    ...commands.routes,
    ...createAccountRoutes(world, gateway, town, () => origin),
  };
  const rest = createRest(handlers, { token, buckets: options.buckets ?? {} });
  for (const guild of options.guilds ?? []) town.addGuild(guild);

  /** An attachment's link, which ends. Source: https://discord.com/developers/docs/reference#signed-attachment-cdn-urls */
  function attachmentAt({ path }: HttpRequest): Handled | undefined {
    const id = /^\/attachments\/\d+\/(\d+)\//.exec(path)?.[1];
    if (id === undefined) return undefined;
    const found = uploads.find(id);
    if (found === undefined) return { status: 404, body: Buffer.from("gone") };
    return { status: 200, body: found.content, headers: { "content-type": found.contentType } };
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the loopback Discord has no port");
  origin = `http://127.0.0.1:${address.port}`;

  return {
    ...people,
    ...town,
    ...rest.faults,
    origin,
    restUrl: `${origin}/api`,
    token,
    applicationId: world.applicationId,
    botUserId: world.botUserId,
    gateway,
    closeGateway: (code) => gateway.close(code),
    dropGateway: () => gateway.drop(),
    invalidSession: (resumable = false) => gateway.invalidate(resumable),
    missHeartbeatAck() {
      gateway.acknowledges = false;
    },
    get identifies() {
      return gateway.handshakes.filter(({ kind }) => kind === "identify").length;
    },
    get resumes() {
      return gateway.handshakes.filter(({ kind }) => kind === "resume").length;
    },
    messages: (channel) =>
      [...must(world.channels, channel, "channel").messages.values()].map((each) => see(each, origin)),
    ephemerals: (user) =>
      [...world.ephemerals.values()].filter((each) => each.ephemeralFor === user).map((each) => see(each, origin)),
    modals: (user) => interactions.modals.filter(({ userId }) => userId === user),
    threads: (channel) =>
      [...world.channels.values()]
        .filter((each) => isThread(each) && (channel === undefined || each.parentId === channel))
        .map(({ id, name, parentId, archived, locked }) => ({ id, name, parentId, archived, locked })),
    typing: (channel) => typing.filter(({ channelId }) => channel === undefined || channelId === channel),
    commands: (guild = "global") => commands.list(guild),
    get registrations() {
      return commands.registrations;
    },
    get interactions() {
      return interactions.all;
    },
    calls: rest.calls,
    refusals: rest.refusals,
    async [Symbol.asyncDispose]() {
      interactions[Symbol.dispose]();
      await gateway[Symbol.asyncDispose]();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

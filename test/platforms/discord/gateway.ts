import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import { z } from "zod";
import { guildCreateWire, userWire } from "./wire.ts";
import type { Wire, World } from "./world.ts";

/** Source: https://discord.com/developers/docs/events/gateway#list-of-intents */
export const INTENTS = {
  GUILDS: 1 << 0,
  GUILD_MEMBERS: 1 << 1,
  GUILD_PRESENCES: 1 << 8,
  GUILD_MESSAGES: 1 << 9,
  GUILD_MESSAGE_REACTIONS: 1 << 10,
  DIRECT_MESSAGES: 1 << 12,
  DIRECT_MESSAGE_REACTIONS: 1 << 13,
  MESSAGE_CONTENT: 1 << 15,
} as const;
const PRIVILEGED = INTENTS.GUILD_MEMBERS | INTENTS.GUILD_PRESENCES | INTENTS.MESSAGE_CONTENT;
const KNOWN_INTENTS = 0b11_0011_0001_1111_1111_1111_1111;

/** Close codes after which a session cannot be resumed. */
const FINAL_CODES = [1000, 1001, 4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014];
/** 120 sends in 60 s. Source: https://discord.com/developers/docs/events/gateway#rate-limiting */
const SENDS_PER_MINUTE = 120;
const LARGEST_PAYLOAD_BYTES = 4096;

const Payload = z.looseObject({ op: z.int(), d: z.unknown() });
const Identify = z.looseObject({
  token: z.string(),
  intents: z.int().min(0),
  properties: z.looseObject({ os: z.string(), browser: z.string(), device: z.string() }),
  shard: z.tuple([z.int(), z.int()]).optional(),
});
const Resume = z.looseObject({ token: z.string(), session_id: z.string(), seq: z.int() });

interface Frame {
  readonly op: 0;
  readonly t: string;
  readonly s: number;
  readonly d: Wire;
}

interface Session {
  readonly id: string;
  readonly intents: number;
  readonly frames: Frame[];
  socket: WebSocket | undefined;
}

/** The part of Discord that talks to the bot without being asked. */
export interface Gateway extends AsyncDisposable {
  /** IDENTIFY and RESUME commands received, refused ones included. */
  readonly handshakes: readonly { readonly kind: "identify" | "resume"; readonly intents?: number }[];
  /** Close codes that this side sent, in order. */
  readonly closes: readonly number[];
  /** Privileged intents enabled in the developer portal. */
  privileged: number;
  /** How often each event is sent, 1 unless told. */
  deliveries: number | ((event: string) => number);
  /** How many events that the bot has already seen are sent again by the next resume. */
  replaySeen: number;
  /** False: heartbeats stay unanswered. */
  acknowledges: boolean;
  /** False: nobody can connect. */
  isOpen: boolean;
  readonly isConnected: boolean;
  /** Tells every session that asked for one of `intents` (0: all of them). */
  dispatch(event: string, intents: number, payload: (session: { intents: number }) => Wire | undefined): void;
  /** Ends the connection with a close code. */
  close(code: number): void;
  /** Cuts the connection as a lost network does. */
  drop(): void;
  /** Opcode 7: asks the bot to reconnect and resume. */
  askToReconnect(): void;
  /** Opcode 9: the session is over, or can be resumed. */
  invalidate(resumable: boolean): void;
}

/** Serves the gateway on `server`, for the application that owns `token`. */
export function createGateway(
  world: World,
  options: { server: Server; token: string; privileged: number; heartbeatMs: number; url: () => string },
): Gateway {
  const sessions = new Map<string, Session>();
  const handshakes: { kind: "identify" | "resume"; intents?: number }[] = [];
  const closes: number[] = [];
  const sockets = new WebSocketServer({
    server: options.server,
    path: "/gateway/",
    verifyClient: () => gateway.isOpen,
  });

  const gateway: Gateway = {
    handshakes,
    closes,
    privileged: options.privileged,
    deliveries: 1,
    replaySeen: 0,
    acknowledges: true,
    isOpen: true,
    get isConnected() {
      return [...sessions.values()].some(({ socket }) => socket !== undefined);
    },
    dispatch(event, intents, payload) {
      for (const session of sessions.values()) {
        if (intents !== 0 && (session.intents & intents) === 0) continue;
        const body = payload(session);
        if (body === undefined) continue;
        const frame: Frame = { op: 0, t: event, s: session.frames.length + 1, d: body };
        session.frames.push(frame);
        const times = typeof gateway.deliveries === "number" ? gateway.deliveries : gateway.deliveries(event);
        for (let time = 0; time < times; time += 1) send(session.socket, frame);
      }
    },
    close(code) {
      for (const session of sessions.values()) end(session.socket, code);
    },
    drop() {
      for (const session of sessions.values()) {
        session.socket?.terminate();
        session.socket = undefined;
      }
    },
    askToReconnect() {
      for (const { socket } of sessions.values()) send(socket, { op: 7, d: null });
    },
    invalidate(resumable) {
      for (const [id, { socket }] of sessions) {
        if (!resumable) sessions.delete(id);
        send(socket, { op: 9, d: resumable });
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = Promise.withResolvers<void>();
      sockets.close(() => closed.resolve());
      await closed.promise;
    },
  };

  sockets.on("connection", (socket, request) => {
    const query = new URL(request.url ?? "/", "http://gateway.invalid").searchParams;
    if (query.get("v") !== "10") return end(socket, 4012);
    if (query.get("encoding") !== "json") return end(socket, 4002);
    let sent: number[] = [];
    send(socket, { op: 10, d: { heartbeat_interval: options.heartbeatMs, _trace: [] } });
    socket.on("message", (data: Buffer) => {
      const now = performance.now();
      sent = [...sent.filter((at) => now - at < 60_000), now];
      if (sent.length > SENDS_PER_MINUTE) return end(socket, 4008);
      if (data.length > LARGEST_PAYLOAD_BYTES) return end(socket, 4002);
      hear(socket, data.toString("utf8"));
    });
    socket.on("close", () => {
      for (const session of sessions.values()) if (session.socket === socket) session.socket = undefined;
    });
  });

  function hear(socket: WebSocket, text: string): void {
    const payload = Payload.safeParse(parseJson(text)).data;
    if (payload === undefined) return end(socket, 4002);
    const session = [...sessions.values()].find((each) => each.socket === socket);
    switch (payload.op) {
      case 1:
        if (gateway.acknowledges) send(socket, { op: 11 });
        return;
      case 2:
        return session === undefined ? identify(socket, payload.d) : end(socket, 4005);
      case 6:
        return session === undefined ? resume(socket, payload.d) : end(socket, 4005);
      case 3:
      case 4:
      case 8:
        return session === undefined ? end(socket, 4003) : undefined;
      default:
        end(socket, 4001);
    }
  }

  function identify(socket: WebSocket, given: unknown): void {
    const asked = Identify.safeParse(given).data;
    handshakes.push({ kind: "identify", ...(asked === undefined ? {} : { intents: asked.intents }) });
    if (asked === undefined) return end(socket, 4002);
    if (asked.token !== options.token) return end(socket, 4004);
    if (asked.shard !== undefined && asked.shard[0] >= asked.shard[1]) return end(socket, 4010);
    if ((asked.intents & ~KNOWN_INTENTS) !== 0) return end(socket, 4013);
    if ((asked.intents & PRIVILEGED & ~gateway.privileged) !== 0) return end(socket, 4014);
    const session: Session = { id: randomUUID().replaceAll("-", ""), intents: asked.intents, frames: [], socket };
    sessions.set(session.id, session);
    const guilds = [...world.guilds.values()].filter(({ botPresent }) => botPresent);
    tell(session, "READY", {
      v: 10,
      user: { ...userWire(world.users.get(world.botUserId)), verified: true, mfa_enabled: true, email: null },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      session_type: "normal",
      resume_gateway_url: options.url(),
      shard: asked.shard ?? [0, 1],
      application: { id: world.applicationId, flags: applicationFlags(gateway.privileged) },
      user_settings: {},
      relationships: [],
      private_channels: [],
      presences: [],
      guild_join_requests: [],
      geo_ordered_rtc_regions: [],
      auth: {},
      _trace: [],
    });
    if ((asked.intents & INTENTS.GUILDS) === 0) return;
    for (const guild of guilds) tell(session, "GUILD_CREATE", guildCreateWire(world, guild));
  }

  function resume(socket: WebSocket, given: unknown): void {
    handshakes.push({ kind: "resume" });
    const asked = Resume.safeParse(given).data;
    if (asked === undefined) return end(socket, 4002);
    if (asked.token !== options.token) return end(socket, 4004);
    const session = sessions.get(asked.session_id);
    if (session === undefined) return send(socket, { op: 9, d: false });
    if (asked.seq > session.frames.length) return end(socket, 4007);
    session.socket?.terminate();
    session.socket = socket;
    // READY and the guilds are never replayed, however much is.
    const from = Math.max(0, asked.seq - gateway.replaySeen);
    const missed = session.frames.slice(from).filter(({ t }) => t !== "READY" && t !== "GUILD_CREATE");
    for (const frame of missed) send(socket, frame);
    tell(session, "RESUMED", { _trace: [] });
  }

  function tell(session: Session, event: string, body: Wire): void {
    const frame: Frame = { op: 0, t: event, s: session.frames.length + 1, d: body };
    session.frames.push(frame);
    send(session.socket, frame);
  }

  function end(socket: WebSocket | undefined, code: number): void {
    if (socket === undefined) return;
    closes.push(code);
    for (const [id, session] of sessions) {
      if (session.socket !== socket) continue;
      session.socket = undefined;
      if (FINAL_CODES.includes(code)) sessions.delete(id);
    }
    socket.close(code);
  }

  return gateway;
}

/** The limited flags of an application in fewer than 100 guilds. Source: https://discord.com/developers/docs/resources/application#application-object-application-flags */
export function applicationFlags(privileged: number): number {
  return (
    ((privileged & INTENTS.GUILD_PRESENCES) === 0 ? 0 : 1 << 13) |
    ((privileged & INTENTS.GUILD_MEMBERS) === 0 ? 0 : 1 << 15) |
    ((privileged & INTENTS.MESSAGE_CONTENT) === 0 ? 0 : 1 << 19) |
    (1 << 23)
  );
}

function send(socket: WebSocket | undefined, payload: unknown): void {
  if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(payload));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { Server, Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import type { ChartRenderer } from "#bot/chart-png.ts";
import { drawReplyMoments, momentsFor } from "#bot/reader-moments.ts";
import type { DoorCore, FrontEnd, Outbound } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import { ConversationKey, OutboxId } from "#core/contract/ids.ts";
import type { Actor, Conversation, Inbound, MessageRef } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { describeFile, readAttachedFile } from "./attached-file.ts";
import { createOutFolder } from "./out-folder.ts";
import { sendPictures } from "./pictures.ts";
import type { FromDoor, Hello, Send, Welcome } from "./protocol.ts";
import { detachedError, serveSession, type Session } from "./session.ts";
import { listenOnSocket } from "./socket.ts";

/** The channel of the terminal that `npm start` itself opens. */
export const MAIN_CHANNEL = "main";

/** How many drawn replies `probe` remembers. */
const MAX_REMEMBERED = 1_000;

export interface ConsoleDoorOptions {
  /** Where other terminals of this machine attach; only the owner's can. */
  readonly socketPath: string;
  /** Where files and pictures are saved. */
  readonly outDir: string;
  /** Whoever sits at a terminal of this machine: the owner. Locale and zone come from the terminal. */
  readonly actor: Actor;
  readonly welcome: () => Promise<Welcome>;
  /** Called when a terminal shows a conversation, so that what waited for it can go out. */
  readonly onAttached?: (conversation: ConversationKey) => void;
  readonly renderer: ChartRenderer;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ConsoleDoor extends FrontEnd {
  /** The terminal's end of a connection inside this process. It speaks the socket's protocol. */
  attach(): Duplex;
}

/** The door for terminals: one conversation per channel, over a Unix socket and within the process alike. */
export function createConsoleDoor(options: ConsoleDoorOptions): ConsoleDoor {
  const { actor, clock, log, renderer } = options;
  const outFolder = createOutFolder(options.outDir, clock);
  const sessions = new Set<Session>();
  const streams = new Set<Duplex>();
  const drawn = new Set<OutboxId>();
  const closing = new AbortController();
  let core: DoorCore | undefined;
  let server: Server | undefined;

  const serve = (stream: Duplex) => {
    if (core === undefined || closing.signal.aborted) throw new NexusError("internal", "the console door is not open");
    const opened = core;
    streams.add(stream);
    const host = {
      welcome: options.welcome,
      attached(session: Session) {
        sessions.add(session);
        options.onAttached?.(consoleConversation(actor, session.hello.channel).key);
      },
      detached: (session: Session) => void sessions.delete(session),
      receive: async (hello: Hello, send: Send) => await opened.receive(await toInbound(actor, hello, send, clock())),
      stop: (hello: Hello) => opened.stop(consoleConversation(actor, hello.channel)),
    };
    void serveSession(stream, host, log).finally(() => streams.delete(stream));
  };

  const sessionsOf = (key: ConversationKey) =>
    Array.from(sessions).filter(({ hello }) => consoleConversation(actor, hello.channel).key === key);

  return {
    platform: "console",
    async start(doorCore) {
      core = doorCore;
      server = await listenOnSocket(options.socketPath, (socket: Socket) => {
        if (closing.signal.aborted) socket.destroy();
        else serve(socket);
      });
    },
    attach() {
      const [ours, theirs] = duplexPair();
      serve(ours);
      return theirs;
    },
    async deliver(written, signal) {
      const outbound = { ...written, reply: drawReplyMoments(written.reply, momentsFor(written.actor)) };
      const watching = sessionsOf(outbound.conversation.key);
      if (watching.length === 0) throw detachedError();
      const reply = await toMessage(outbound, (name, text) => outFolder.save(name, text), log);
      // One terminal that shows it is enough; the others are a courtesy.
      await firstOf(watching.map((session) => session.show(reply, signal)));
      remember(drawn, outbound.id);
      const wanting = watching.filter(({ hello }) => hello.pictures);
      void sendPictures(outbound, wanting, { renderer, outFolder, log }, closing.signal);
      return refOf(outbound);
    },
    async probe(outbound) {
      return drawn.has(outbound.id) ? { state: "delivered", ref: refOf(outbound) } : { state: "unknown" };
    },
    // What comes by the clock comes to the terminal that is open, whichever question on the command line asked for it.
    findPlace: (_, name) =>
      Promise.resolve(name === "terminal" ? { found: consoleConversation(actor, MAIN_CHANNEL) } : { why: "unknown" }),
    read: async (attachment, maxBytes, signal) => await readAttachedFile(attachment.ref, maxBytes, signal),
    stream({ turnId, conversation }) {
      const send = (message: FromDoor) => {
        for (const session of sessionsOf(conversation.key)) session.send(message);
      };
      return {
        text: (delta) => send({ type: "text", turnId, delta }),
        step: (step) => send({ type: "step", turnId, step: { ...step } }),
        end: () => undefined, // the reply that follows ends it; a turn always has one here
      };
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      for (const stream of streams) stream.destroy();
      const closed = server;
      if (closed?.listening === true) await new Promise((resolve) => closed.close(resolve));
    },
  };
}

/** The first success, or else the first failure. */
async function firstOf(showing: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.any(showing);
  } catch {
    await Promise.all(showing);
  }
}

/** The conversation of a channel of this console. */
export function consoleConversation(actor: Actor, channel: string): Conversation {
  return {
    key: ConversationKey.parse(`console:${actor.tenantId}:${channel}`),
    platform: "console",
    tenantId: actor.tenantId,
    channelId: channel,
    kind: "console",
    audience: "just_me",
  };
}

function refOf(outbound: Outbound): MessageRef {
  const { tenantId, channelId } = outbound.conversation;
  return { platform: "console", tenantId, channelId, messageId: outbound.id, ephemeral: false };
}

async function toInbound(actor: Actor, hello: Hello, send: Send, now: Date): Promise<Inbound> {
  const { locale, timeZone } = hello;
  const base = {
    dedupeKeys: [`console:${send.id}`],
    sentAtMs: now.getTime(),
    actor: { ...actor, ...(locale === undefined ? {} : { locale }), ...(timeZone === undefined ? {} : { timeZone }) },
    conversation: consoleConversation(actor, hello.channel),
  };
  switch (send.type) {
    case "say": {
      const attachments = await Promise.all(send.files.map(describeFile));
      return { ...base, kind: "message", text: send.text, addressedBy: "dm", attachments };
    }
    case "press":
      return { ...base, kind: "action", token: send.token, values: [] };
    case "submit":
      return { ...base, kind: "form", token: send.token, values: send.values };
    default:
      return send satisfies never;
  }
}

async function toMessage(
  { id, turnId, reply, delayedMs, hasMore, edits }: Outbound,
  save: (name: string, text: string) => Promise<string>,
  log: Log,
): Promise<Extract<FromDoor, { type: "reply" }>> {
  const files: (string | null)[] = [];
  for (const part of reply.parts) {
    if (part.type !== "file") continue;
    try {
      files.push(await save(part.name, part.text));
    } catch (error) {
      log.error({ err: error }, "a file of a reply could not be saved");
      files.push(null);
    }
  }
  const redrawn = OutboxId.safeParse(edits?.messageId);
  // The terminal needs to know of the file, not to have it.
  const parts = reply.parts.map((part) => (part.type === "file" ? { ...part, text: "" } : part));
  return {
    type: "reply",
    outboxId: id,
    turnId,
    reply: { ...reply, parts },
    files,
    ...(delayedMs === undefined ? {} : { delayedMs }),
    ...(redrawn.success && { redraws: redrawn.data }),
    ...(hasMore && { hasMore }),
  };
}

function remember(ids: Set<OutboxId>, id: OutboxId): void {
  ids.add(id);
  for (const oldest of ids) {
    if (ids.size <= MAX_REMEMBERED) return;
    ids.delete(oldest);
  }
}

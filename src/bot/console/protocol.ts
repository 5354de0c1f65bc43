import { z } from "zod";
import { ActionToken } from "#core/contract/message.ts";
import { OutboxId, TurnId } from "#core/contract/ids.ts";
import { Reply } from "#core/contract/reply.ts";

/**
 * What the console door and its terminals say to each other: JSON, one message a line. A terminal speaks first, with
 * `hello`; a door that does not know its version answers `refused` and hangs up.
 */
export const PROTOCOL_VERSION = 1;

/** Names a conversation of this console: the same channel attached again is the same conversation. */
export const Channel = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** The terminal's own name for something it sent, so that sending it again after a broken connection is not asking twice. */
const sendId = z.uuid();

const hello = z.object({
  type: z.literal("hello"),
  protocol: z.number().int(),
  channel: Channel,
  locale: z.string().max(40).optional(),
  timeZone: z.string().max(60).optional(),
  /** Whether charts should also be saved as pictures. */
  pictures: z.boolean(),
});

/** What a person does: each becomes one inbound. */
export const Send = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("say"),
    id: sendId,
    text: z.string().max(40_000),
    /** Absolute paths of files on this machine. */
    files: z.array(z.string().min(1).max(4_096)).max(10),
  }),
  z.object({ type: z.literal("press"), id: sendId, token: ActionToken }),
  z.object({
    type: z.literal("submit"),
    id: sendId,
    token: ActionToken,
    values: z.record(z.string(), z.union([z.string(), z.object({ secret: z.string() })])),
  }),
]);
export type Send = z.infer<typeof Send>;

export const FromTerminal = z.discriminatedUnion("type", [
  hello,
  ...Send.options,
  z.object({ type: z.literal("stop") }),
  /** The reply is on the screen. */
  z.object({ type: z.literal("drawn"), outboxId: OutboxId }),
]);
export type FromTerminal = z.infer<typeof FromTerminal>;
export type Hello = z.infer<typeof hello>;

const StatusLine = z.object({
  state: z.enum(["ready", "on", "off", "basic", "failing"]),
  name: z.string(),
  detail: z.string(),
});

/** What the first screen shows. */
export const Welcome = z.object({
  version: z.string(),
  status: z.array(StatusLine).readonly(),
  suggestions: z.array(z.object({ say: z.string(), note: z.string().optional() })).readonly(),
});
export type Welcome = z.infer<typeof Welcome>;

export const FromDoor = z.discriminatedUnion("type", [
  z.object({ type: z.literal("welcome"), protocol: z.number().int(), welcome: Welcome }),
  z.object({ type: z.literal("refused"), say: z.string(), hint: z.string() }),
  z.object({ type: z.literal("accepted"), id: sendId, turnId: TurnId }),
  z.object({ type: z.literal("rejected"), id: sendId, code: z.string(), say: z.string(), hint: z.string() }),
  z.object({
    type: z.literal("reply"),
    outboxId: OutboxId,
    turnId: TurnId,
    reply: Reply,
    /** Where each file part was saved, in order; null when it could not be. */
    files: z.array(z.string().nullable()),
    delayedMs: z.number().optional(),
    /** The earlier reply that this one is in the place of: what is new of it is shown. */
    redraws: OutboxId.exactOptional(),
    /** Another reply to the same thing follows. */
    hasMore: z.literal(true).exactOptional(),
  }),
  /** The chart of a reply as a picture, `index` counting its charts from 0; without a path it could not be made. */
  z.object({ type: z.literal("picture"), outboxId: OutboxId, index: z.number().int(), path: z.string().optional() }),
  z.object({ type: z.literal("text"), turnId: TurnId, delta: z.string() }),
  z.object({
    type: z.literal("step"),
    turnId: TurnId,
    step: z.object({ id: z.string(), title: z.string(), status: z.enum(["running", "done", "failed"]) }),
  }),
  z.object({ type: z.literal("stopped"), wasRunning: z.boolean() }),
]);
export type FromDoor = z.infer<typeof FromDoor>;

import { z } from "zod";
import { Role } from "./gate.ts";
import { BuildSource } from "./build-source.ts";
import { BuildId, ChannelKey, ConversationKey, GateId, ModuleName, ProposalId, ScheduleId, Sha256 } from "./ids.ts";
import { ActorRef } from "./principal.ts";

/**
 * Where somebody is known from. `api` is for people an identity provider vouches for; it has no conversations. `email` is
 * written to and never hears anything: a conversation's `channelId` is the address.
 */
export const Platform = z.enum(["slack", "discord", "console", "email", "api", "test"]);
export type Platform = z.infer<typeof Platform>;

/** Who acted, as the platform names them. Display names are for display, never for authorisation. */
export const Actor = z.object({
  platform: Platform,
  /** Slack team or enterprise id, Discord guild id or `@dm`, `local` for the console. */
  tenantId: z.string().min(1),
  id: z.string().min(1),
  displayName: z.string(),
  affiliation: z.enum(["member", "guest", "external", "unknown"]),
  /** Discord role ids or Slack user-group ids; mapped to roles by policy, never trusted as roles. */
  platformRoleIds: z.array(z.string()),
  /** BCP 47, when the platform knows it. */
  locale: z.string().optional(),
  /** IANA zone, when the platform knows it. */
  timeZone: z.string().optional(),
});
export type Actor = z.infer<typeof Actor>;

export const Conversation = z.object({
  key: ConversationKey,
  platform: Platform,
  tenantId: z.string().min(1),
  channelId: z.string().min(1),
  threadId: z.string().optional(),
  /** The channel that a thread hangs in, where the platform takes the thread itself for a channel. */
  parentId: z.string().min(1).exactOptional(),
  /**
   * Where what was said before is kept, when that is wider than the order: each top-level message of a Slack direct
   * message is a conversation of its own, but “and Porto?” still means the one before.
   */
  memoryKey: ConversationKey.exactOptional(),
  kind: z.enum(["dm", "group_dm", "channel", "thread", "agent_thread", "forum_post", "console"]),
  /** Who can read what is said here: decides where private data may be shown. */
  audience: z.enum(["just_me", "members", "external"]),
  name: z.string().optional(),
});
export type Conversation = z.infer<typeof Conversation>;

/** The channel of a conversation, whatever its thread. */
export function channelOf({
  platform,
  tenantId,
  channelId,
  parentId = channelId,
}: Pick<Conversation, "platform" | "tenantId" | "channelId" | "parentId">): ChannelKey {
  return ChannelKey.parse(`${platform}:${tenantId}:${parentId}`);
}

/** A message as the platform names it, so that it can be edited, retired or linked to. */
export const MessageRef = z.object({
  platform: Platform,
  tenantId: z.string(),
  channelId: z.string(),
  messageId: z.string(),
  ephemeral: z.boolean(),
});
export type MessageRef = z.infer<typeof MessageRef>;

/** An opaque button value minted by core: `n1.<verb>.<id>.<tag>`, 45 characters. */
export const ActionToken = z.string().min(1).max(60).brand<"ActionToken">();
export type ActionToken = z.infer<typeof ActionToken>;

/** A file that came with a message. `ref` is what its door needs to read the bytes again, after a restart too. */
export const Attachment = z.object({
  name: z.string().min(1).max(255),
  mimeType: z.string().exactOptional(),
  bytes: z.number().int().nonnegative().exactOptional(),
  ref: z.string().min(1),
});
export type Attachment = z.infer<typeof Attachment>;

/**
 * What a person typed into a form field. A secret arrives as `{secret}` and is sealed before it touches the disk:
 * the inbox only ever holds `{sealed}`.
 */
export const FormValue = z.union([
  z.string(),
  z.array(z.string()),
  z.boolean(),
  z.object({ secret: z.string() }),
  z.object({ sealed: z.string() }),
]);
export type FormValue = z.infer<typeof FormValue>;

/** What a program can ask for that takes a turn of its own. */
export const ProgramWish = z.discriminatedUnion("do", [
  z.object({ do: z.literal("switch"), module: ModuleName, on: z.boolean() }),
  z.object({
    do: z.literal("vote"),
    gate: GateId,
    verdict: z.enum(["approve", "reject"]),
    reason: z.string().max(500).exactOptional(),
  }),
  z.object({ do: z.literal("build"), need: z.string().max(500), source: BuildSource }),
  z.object({ do: z.literal("stop_build"), build: BuildId }),
  z.object({ do: z.literal("build_again"), build: BuildId, words: z.string().max(2_000) }),
  z.object({ do: z.literal("edit_draft"), build: BuildId, path: z.string().max(200), text: z.string().max(262_144) }),
  z.object({ do: z.literal("ask_install"), build: BuildId }),
  z.object({
    do: z.literal("install"),
    module: ModuleName,
    version: z.string().exactOptional(),
    index: z.string().exactOptional(),
  }),
  z.object({ do: z.literal("undo_module"), module: ModuleName }),
  z.object({ do: z.literal("uninstall"), module: ModuleName }),
  z.object({ do: z.literal("pin"), module: ModuleName, pinned: z.boolean() }),
  z.object({ do: z.literal("revoke"), module: ModuleName, sha256: Sha256, why: z.string().max(300) }),
  /** Sets something up that happens again and again, in the words a person would say it with. */
  z.object({ do: z.literal("set_schedule"), words: z.string().min(1).max(300) }),
  /** Lets a program outside post here, in the words a person would say it with. */
  z.object({ do: z.literal("set_hook"), words: z.string().min(1).max(300) }),
  z.object({ do: z.literal("on_schedule"), schedule: ScheduleId, deed: z.enum(["pause", "resume", "end", "run"]) }),
  z.object({
    do: z.literal("decide_proposal"),
    proposal: ProposalId,
    as: z.enum(["build", "not_now", "never"]),
    /** Where the API is described, for a build that has to be told. */
    from: z.string().exactOptional(),
  }),
]);
export type ProgramWish = z.infer<typeof ProgramWish>;

const base = {
  /** Every name this event may be delivered under again. The first one seen wins, the rest are duplicates. */
  dedupeKeys: z.array(z.string().min(1).max(255)).min(1),
  /** When the person acted, by the platform's clock; Unix ms. Decides “delayed” and expiry. */
  sentAtMs: z.number().int(),
  actor: Actor,
  conversation: Conversation,
  /** The platform's message this is, or hung on: what an answer replies or reacts to. */
  source: MessageRef.exactOptional(),
};

/** One thing that came in through a door. Plain data: it is written to the inbox before the platform is acknowledged. */
export const Inbound = z.discriminatedUnion("kind", [
  z.object({
    ...base,
    kind: z.literal("message"),
    text: z.string().max(40_000),
    addressedBy: z.enum(["mention", "dm", "thread", "name"]),
    attachments: z.array(Attachment),
  }),
  z.object({
    ...base,
    kind: z.literal("command"),
    name: z.string().min(1),
    rest: z.string(),
    attachments: z.array(Attachment),
  }),
  z.object({
    ...base,
    kind: z.literal("action"),
    token: ActionToken,
    values: z.array(z.string()),
  }),
  z.object({
    ...base,
    kind: z.literal("form"),
    token: ActionToken,
    values: z.record(z.string(), FormValue),
  }),
  /** Something of ours that has become due. Core makes it; a door never does. */
  z.object({
    ...base,
    kind: z.literal("due"),
    /**
     * `id` is the gate's: its time is over, or its card could not be shown anywhere; or that of the one-time link by
     * which something was connected; or the topic of what admins are told about usage; or a
     * reminder's; or that of a build whose checklist changed or that ended; or of the gate whose source has reached
     * people, so that it can be decided; or of the gate whose module is there now, for whoever asked for it first; or of
     * a proposal to be shown; or of a module that was taken back by itself; or the digest of one that its publisher took
     * back; or of a gate that nobody has decided for long;
     * or `<schedule>@<slot>` of a slot that has come; or `<schedule>@<why>` of a schedule that stopped, for whose it is; or
     * `<watch>@<time>` of a watch to be looked at; or that of a delivery to a hook; or the topic of what is said of a
     * credential's end.
     */
    what: z.enum([
      "gate_expired",
      "card_undelivered",
      "connected",
      "quota_notice",
      "reminder",
      "build",
      "gate_attached",
      "installed",
      "proposal",
      "module_reverted",
      "module_revoked",
      "gate_waiting",
      "schedule",
      "schedule_notice",
      "watch",
      "hook",
      "expiry_notice",
    ]),
    id: z.string(),
  }),
  /** What a program asks for in the name of a person. Core makes it; a door never does. */
  z.object({
    ...base,
    kind: z.literal("program"),
    wish: ProgramWish,
    /** As the audit is to name who asked: the key, not only whose it is. */
    by: ActorRef,
    /** The most that may count of the person's role: a key may have been given less. */
    role: Role,
  }),
]);
export type Inbound = z.infer<typeof Inbound>;

import { z } from "zod";
import {
  BuildId,
  CapabilityName,
  ModuleName,
  PersonId,
  PlanId,
  ProposalId,
  ReminderId,
  ScheduleId,
  Sha256,
  WatchId,
} from "#core/contract/ids.ts";
import { JsonObject } from "#core/contract/json.ts";
import { QuotaKey } from "#core/contract/quota.ts";
import { Attachment, MessageRef, Platform } from "#core/contract/message.ts";
import { WatchDraft } from "./clock/watch-draft.ts";
import { Asked } from "./models/asked.ts";

/** What a button or form stands for, kept in a row until it expires: the row decides, never the message. */
export const Meaning = z.discriminatedUnion("verb", [
  /** As if the person had typed it. */
  z.object({
    verb: z.literal("say"),
    text: z.string(),
    /** The module whose words these are. They may ask for something to be read, and for nothing else. */
    from: ModuleName.exactOptional(),
  }),
  z.object({
    verb: z.literal("inv"),
    module: ModuleName,
    capability: CapabilityName,
    input: JsonObject,
    /** The files of the message it repeats. */
    attachments: z.array(Attachment).exactOptional(),
    /** The words it is a guess for. */
    asked: Asked.exactOptional(),
  }),
  /** Connect a credential: ask for whom, or how, as far as that is not said here. */
  z.object({
    verb: z.literal("con"),
    module: ModuleName,
    credential: ModuleName,
    for: z.enum(["me", "everyone"]).exactOptional(),
    /** Typed into a form here, though there is a page for it. */
    byForm: z.literal(true).exactOptional(),
    /** Whose answer the button stood on. */
    asked: PersonId.exactOptional(),
  }),
  /** What the form's answers are for. Absent, `for` is everyone: forms of before had no other. */
  z.object({
    verb: z.literal("frm"),
    module: ModuleName,
    credential: ModuleName,
    for: z.enum(["me", "everyone"]).exactOptional(),
  }),
  /** Delete the message in which somebody pasted a secret. */
  z.object({ verb: z.literal("del"), person: PersonId, message: MessageRef }),
  /** Open the form that connects a platform; and what its answers are for. */
  z.object({ verb: z.literal("joi"), platform: Platform }),
  z.object({ verb: z.literal("jof"), platform: Platform }),
  /** Ask for a module to be switched on or off. */
  z.object({ verb: z.literal("mod"), module: ModuleName, on: z.boolean() }),
  /** Show everyone here what only this person saw: exactly these words. */
  z.object({ verb: z.literal("pub"), person: PersonId, reply: JsonObject }),
  /** Ask for more units on a limit, or give them. */
  z.object({ verb: z.literal("mor"), ...QuotaKey.shape, units: z.number().positive().max(1_000_000) }),
  /** Do what was planned, leave it, or take it back. */
  z.object({ verb: z.literal("pln"), plan: PlanId, do: z.enum(["do", "leave", "undo", "preview"]) }),
  /** Put a reminder off for a while, or say that it is done with. */
  z.object({ verb: z.literal("rem"), reminder: ReminderId, do: z.enum(["later", "done"]) }),
  /**
   * Take a module back: ask what that would do; do exactly that; take it away; forbid its bytes; leave it as it is; or
   * show what went wrong with it.
   */
  z.object({
    verb: z.literal("und"),
    module: ModuleName,
    do: z.enum(["ask", "undo", "uninstall", "revoke", "keep", "logs"]),
    /** The change that is to be undone: when another came after it, this one is not undone. */
    change: z.string().exactOptional(),
    /** The bytes it is about. */
    sha256: Sha256.exactOptional(),
    why: z.string().exactOptional(),
  }),
  /** See, stop or take up a build again, or ask for what it made to be installed. */
  z.object({ verb: z.literal("bld"), build: BuildId, do: z.enum(["show", "stop", "again", "ask"]) }),
  /** Open the form for what a build should do differently; and what its answers are for. */
  z.object({ verb: z.literal("bfb"), build: BuildId }),
  z.object({ verb: z.literal("bff"), build: BuildId }),
  /** Decide on a proposal, or see what is behind it. */
  z.object({ verb: z.literal("prp"), proposal: ProposalId, do: z.enum(["build", "not_now", "never", "details"]) }),
  /**
   * On what a schedule posted: all of it, for me alone; put it off; a copy of my own; its card. On what is said of it: run
   * the slot that was missed, or leave it; take it over. On its card: see what it would post, pause it, end it.
   */
  z.object({
    verb: z.literal("sch"),
    schedule: ScheduleId,
    do: z.enum([
      "more",
      "snooze",
      "snooze_day",
      "snooze_week",
      "only_me",
      "settings",
      "run",
      "leave",
      "adopt",
      "preview",
      "pause",
      "resume",
      "end",
    ]),
    /** The slot it is about, where it is about one. */
    slot: z.string().exactOptional(),
  }),
  /** Open the form for a schedule: a new one here, one that was planned, or one that there is; and what its answers are for. */
  z.object({ verb: z.literal("scf"), plan: PlanId.exactOptional(), schedule: ScheduleId.exactOptional() }),
  z.object({ verb: z.literal("sca"), plan: PlanId.exactOptional(), schedule: ScheduleId.exactOptional() }),
  /** Show a watch, end it, let it go on for longer, begin it again; or plan one that was offered, as it is meant. */
  z.object({
    verb: z.literal("wat"),
    do: z.enum(["show", "end", "renew", "again", "plan"]),
    watch: WatchId.exactOptional(),
    draft: WatchDraft.exactOptional(),
  }),
  /**
   * On what is said about a credential's end: be told again tomorrow, or ask an admin to take it over; for that admin,
   * take it or leave it.
   */
  z.object({
    verb: z.literal("exp"),
    notice: z.string(),
    do: z.enum(["later", "give", "take", "leave"]),
    to: PersonId.exactOptional(),
  }),
  /** “Something else”: none of the offered choices. */
  z.object({ verb: z.literal("els"), text: z.string(), asked: Asked.exactOptional() }),
]);
export type Meaning = z.infer<typeof Meaning>;

import { z } from "zod";
import { CapabilityName, ModuleName, PersonId } from "#core/contract/ids.ts";
import { JsonObject } from "#core/contract/json.ts";
import { Attachment, Platform } from "#core/contract/message.ts";

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
  }),
  /** Open the form for a credential. */
  z.object({ verb: z.literal("con"), module: ModuleName, credential: ModuleName }),
  /** What the form's answers are for. */
  z.object({ verb: z.literal("frm"), module: ModuleName, credential: ModuleName }),
  /** Open the form that connects a platform; and what its answers are for. */
  z.object({ verb: z.literal("joi"), platform: Platform }),
  z.object({ verb: z.literal("jof"), platform: Platform }),
  /** Ask for a module to be switched on or off. */
  z.object({ verb: z.literal("mod"), module: ModuleName, on: z.boolean() }),
  /** Show everyone here what only this person saw: exactly these words. */
  z.object({ verb: z.literal("pub"), person: PersonId, reply: JsonObject }),
  /** “Something else”: none of the offered choices. */
  z.object({ verb: z.literal("els"), text: z.string() }),
]);
export type Meaning = z.infer<typeof Meaning>;

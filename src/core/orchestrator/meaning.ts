import { z } from "zod";
import { CapabilityName, ModuleName } from "#core/contract/ids.ts";
import { JsonObject } from "#core/contract/json.ts";
import { Attachment } from "#core/contract/message.ts";

/** What a button or form stands for, kept in a row until it expires: the row decides, never the message. */
export const Meaning = z.discriminatedUnion("verb", [
  /** As if the person had typed it. */
  z.object({ verb: z.literal("say"), text: z.string() }),
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
  /** “Something else”: none of the offered choices. */
  z.object({ verb: z.literal("els"), text: z.string() }),
]);
export type Meaning = z.infer<typeof Meaning>;

import { z } from "zod";
import { CapabilityName, ModuleName, ReminderId } from "./ids.ts";
import { JsonObject } from "./json.ts";
import { Actor, Conversation } from "./message.ts";

const Plain = z.union([z.string().max(300), z.number(), z.boolean()]);

/** Where in what a capability answers a value stands: keys from the outside in; empty is the whole of it. */
export const ValuePath = z.array(z.string().min(1).max(100)).max(6);
export type ValuePath = z.infer<typeof ValuePath>;

/** What must be so for somebody to be told. */
export const WatchTest = z.discriminatedUnion("is", [
  /** A number beyond a limit. Told again only once it has been back by `margin`. */
  z.strictObject({ is: z.literal("above"), than: z.number(), orEqual: z.boolean(), margin: z.number().min(0) }),
  z.strictObject({ is: z.literal("below"), than: z.number(), orEqual: z.boolean(), margin: z.number().min(0) }),
  z.strictObject({ is: z.literal("equal"), to: Plain }),
  z.strictObject({ is: z.literal("not"), to: Plain }),
  /** A text that has these words in it. */
  z.strictObject({ is: z.literal("says"), text: z.string().min(1).max(100) }),
  /** Another value than at the look before. */
  z.strictObject({ is: z.literal("changed") }),
  /** An entry of a list that was not there at the look before; with `text`, one that has it. */
  z.strictObject({ is: z.literal("appears"), text: z.string().min(1).max(100).exactOptional() }),
  /** An entry that is there no more: this one, or any. */
  z.strictObject({ is: z.literal("gone"), entry: Plain.exactOptional() }),
  /** An entry that stands there with other values, or is there no more: a meeting that is moved. */
  z.strictObject({ is: z.literal("moved") }),
  /** The capability answers, having said that there is nothing. */
  z.strictObject({ is: z.literal("there") }),
  /** The meetings that reminders were set for: a reminder follows its meeting. */
  z.strictObject({
    is: z.literal("meetings"),
    leadMinutes: z.number().int().min(0).max(1_440),
    reminders: z
      .array(z.strictObject({ reminder: ReminderId, title: z.string(), startMs: z.number().int() }))
      .min(1)
      .max(50),
  }),
]);
export type WatchTest = z.infer<typeof WatchTest>;

/** Something that somebody wants to be told: whole, so that taking a change back is exact. */
export const WatchPlan = z.strictObject({
  /** As it follows “I tell you when”: `rate is above 0.75`. */
  title: z.string().min(1).max(200),
  module: ModuleName,
  capability: CapabilityName,
  /** As it was read at the time of the wish: “tomorrow” is a day by now. */
  input: JsonObject,
  path: ValuePath,
  test: WatchTest,
  /** Ends with the first telling, or goes on. */
  often: z.enum(["once", "whenever"]),
  /** How long it waits between two looks at least. */
  everyMinutes: z.number().int().min(5).max(1_440),
  /** Whose rights it looks with, as their platform names them; looked up anew for each look. */
  actor: Actor,
  place: Conversation,
  /** It tells of private data: nobody but its owner is to read it. */
  isPrivate: z.boolean(),
  /** How long it goes on unless it is renewed. */
  days: z.number().int().min(1).max(31),
  /** The end of the day that it is about, where it is about one; Unix ms. */
  untilMs: z.number().int().exactOptional(),
  /** It was so when it was wished for: the first telling waits until it has been otherwise. */
  isSoAlready: z.literal(true).exactOptional(),
});
export type WatchPlan = z.infer<typeof WatchPlan>;

/** `done`: it has told what it was for. `ended`: by its owner, by its time, or because it could not go on. */
export const WatchState = z.enum(["on", "done", "ended"]);
export type WatchState = z.infer<typeof WatchState>;

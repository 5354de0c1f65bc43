import type { Conversation } from "#core/contract/message.ts";

/**
 * Who reads what is posted in a place: its one person; the people of the org; people of other companies too. Each may be
 * shown less than the one before.
 */
export type Readers = "alone" | "members" | "anybody";

/** Who reads along in a place. */
export function readersOf({ audience }: Pick<Conversation, "audience">): Readers {
  switch (audience) {
    case "just_me":
      return "alone";
    case "members":
      return "members";
    case "external":
      return "anybody";
    default:
      return audience satisfies never;
  }
}

/** Those who may be shown less. */
export function fewerRights(one: Readers, other: Readers): Readers {
  return ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other;
}

const ORDER: readonly Readers[] = ["alone", "members", "anybody"];

import { z } from "zod";
import { ActionToken, Conversation } from "#core/contract/message.ts";

/** What a view carries, so that its answer finds back: where it was opened, and what for. Never a secret. */
const Kept = z.object({ place: Conversation, token: ActionToken.optional() });
export type Kept = z.infer<typeof Kept>;

/** For a view's `private_metadata`, of at most 3,000 characters. */
export function keepPlace(place: Conversation, token?: ActionToken): string {
  const { name: _name, ...short } = place;
  return JSON.stringify({ place: short, ...(token !== undefined && { token }) } satisfies Kept);
}

/** What a view carries, unless it is not one of ours. */
export function readPlace(privateMetadata: string): Kept | undefined {
  try {
    return Kept.safeParse(JSON.parse(privateMetadata)).data;
  } catch {
    return undefined;
  }
}

import { channelOf, type MessageRef } from "#core/contract/message.ts";
import type { StoredUnmet } from "#core/store/store.ts";
import type { CurriculumDeps } from "./curriculum-deps.ts";

/** Whether what was said may be read by everybody of a tenant: asked of its platform now, once for each channel. */
export type OpenPlaces = (unmet: StoredUnmet) => Promise<boolean>;

/** Makes the question, to be asked for as long as one look takes. A platform that cannot be asked opens nothing. */
export function createOpenPlaces({ permalink }: Pick<CurriculumDeps, "permalink">, signal: AbortSignal): OpenPlaces {
  const known = new Map<string, Promise<boolean>>();
  return async ({ audience, said }) => {
    const message = said?.message;
    if (audience !== "members" || said === undefined || message === undefined || message.ephemeral) return false;
    const channel = channelOf(said.place);
    // Of a thread that is private in an open channel the platform speaks by its own id.
    const key = `${channel} ${message.channelId}`;
    const asked = known.get(key) ?? addressOf({ permalink }, message, signal).then((found) => found !== undefined);
    known.set(key, asked);
    return await asked;
  };
}

/** Where a message can be opened; undefined too when its platform cannot be asked now. */
export async function addressOf(
  { permalink }: Pick<CurriculumDeps, "permalink">,
  message: MessageRef,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await permalink(message, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

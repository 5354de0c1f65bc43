import { z } from "zod";
import type { DoorMemory } from "#core/contract/door.ts";
import type { ConversationKey } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";

/** Where approvals wait for somebody, over a restart too: an approval may be open for days. */
export interface OpenCards {
  /** Whether the conversation waits for a decision. */
  isWaiting(key: ConversationKey): Promise<boolean>;
  /** A card was shown, or redrawn. @returns whether the conversation waits now and did not before, or the reverse */
  note(key: ConversationKey, card: NonNullable<Reply["card"]>): Promise<boolean>;
}

const KEPT = "cards:";
const Gates = z.array(z.string());

/** Creates the list over the door's memory. One conversation's calls are to come one after the other. */
export function createOpenCards(memory: DoorMemory): OpenCards {
  const known = new Map<ConversationKey, readonly string[]>();
  let kept: Promise<ReadonlySet<string>> | undefined;

  async function gatesOf(key: ConversationKey): Promise<readonly string[]> {
    const here = known.get(key);
    if (here !== undefined) return here;
    // Read once: nearly every turn ends where no approval was ever asked for.
    kept ??= memory.keys(KEPT).then((keys) => new Set(keys));
    if (!(await kept).has(`${KEPT}${key}`)) return [];
    return Gates.safeParse(await memory.get(`${KEPT}${key}`)).data ?? [];
  }

  return {
    isWaiting: async (key) => (await gatesOf(key)).length > 0,
    async note(key, { gate, state }) {
      const before = await gatesOf(key);
      const others = before.filter((id) => id !== gate);
      const after = state === "open" ? [...others, gate] : others;
      known.set(key, after);
      if (after.length > 0) await memory.set(`${KEPT}${key}`, after);
      else if (before.length > 0) await memory.delete(`${KEPT}${key}`);
      return before.length > 0 !== after.length > 0;
    },
  };
}

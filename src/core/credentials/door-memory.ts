import type { DoorMemory } from "#core/contract/door.ts";
import type { Json } from "#core/contract/json.ts";
import type { Platform } from "#core/contract/message.ts";
import type { Repositories } from "#core/store/store.ts";
import type { Sealer } from "./seal.ts";

/**
 * The memory of one door. A secret is sealed for the platform and key it stands under, so that a sealed value copied to
 * another place does not open there.
 */
export function createDoorMemory(
  memories: Repositories["doorMemories"],
  sealer: Sealer,
  platform: Platform,
): DoorMemory {
  const aad = (key: string): string => `door ${platform} ${key}`;
  return {
    async get(key) {
      const kept = await memories.get(platform, key);
      if (kept === undefined || kept.isSealed) return undefined;
      const value: Json = JSON.parse(kept.text);
      return value;
    },
    set: (key, value) => memories.set(platform, key, { text: JSON.stringify(value), isSealed: false }),
    async getSecret(key) {
      const kept = await memories.get(platform, key);
      return kept?.isSealed === true ? sealer.open(kept.text, aad(key)) : undefined;
    },
    setSecret: (key, value) => memories.set(platform, key, { text: sealer.seal(value, aad(key)), isSealed: true }),
    delete: (key) => memories.delete(platform, key),
    keys: (prefix) => memories.keys(platform, prefix),
  };
}

import { z } from "zod";
import type { DoorMemory } from "#core/contract/door.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { Clock } from "#core/contract/ports.ts";

/** What has to outlive the process so that its absence can be made up for. */
export interface CatchUpMemory {
  /** What the last run left. Resolves when the rest can be asked. */
  load(): Promise<void>;
  /** Up to when everything that was said has been heard; Unix ms. Undefined before the very first connection. */
  heardUntilMs(): number | undefined;
  heardUntil(ms: number): void;
  /** NEXUS answers, or has answered, there. */
  tookPart(conversation: Conversation): void;
  /** The channels of a workspace in which NEXUS took part, the latest first. */
  channels(tenantId: string): string[];
  /** The threads of a channel that it took part in within a day, the latest first. */
  threads(tenantId: string, channelId: string): string[];
  /** Writes what has changed. @throws whatever the memory throws */
  write(): Promise<void>;
}

/** How long a thread is followed after NEXUS last spoke in it. */
export const FOLLOWED_MS = 24 * 60 * 60_000;
const MOST_THREADS = 500;
const MOST_CHANNELS = 500;

const HEARD = "heard-until";
const PART = "took-part";
const Part = z.array(z.tuple([z.string(), z.number()]));

/** Creates it over the door's memory: one value for when, one for where, so that a quiet day writes little. */
export function createCatchUpMemory(memory: DoorMemory, clock: Clock): CatchUpMemory {
  /** `team channel` and `team channel thread` to when NEXUS last took part; Unix ms, the latest last. */
  const part = new Map<string, number>();
  let heard: number | undefined;
  let isHeardNew = false;
  let isPartNew = false;

  function note(name: string, ms: number): void {
    part.delete(name);
    part.set(name, ms);
  }

  function forget(): void {
    const oldestMs = clock().getTime() - FOLLOWED_MS;
    const threads = [...part].filter(([name]) => isThread(name));
    const channels = [...part.keys()].filter((name) => !isThread(name));
    threads.forEach(([name, ms], index) => {
      if (ms < oldestMs || index < threads.length - MOST_THREADS) part.delete(name);
    });
    for (const name of channels.slice(0, Math.max(0, channels.length - MOST_CHANNELS))) part.delete(name);
  }

  /** What stands behind `prefix`, the latest first. */
  function behind(prefix: string): string[] {
    const names = [...part.keys()].filter((name) => name.startsWith(prefix));
    return names.map((name) => name.slice(prefix.length)).toReversed();
  }

  return {
    async load() {
      const [kept, before] = await Promise.all([memory.get(HEARD), memory.get(PART)]);
      if (typeof kept === "number") heard ??= kept;
      const sinceStart = [...part];
      part.clear();
      for (const [name, ms] of [...(Part.safeParse(before).data ?? []), ...sinceStart]) note(name, ms);
    },
    heardUntilMs: () => heard,
    heardUntil(ms) {
      heard = ms;
      isHeardNew = true;
    },
    tookPart({ tenantId, channelId, threadId }) {
      const now = clock().getTime();
      note(`${tenantId} ${channelId}`, now);
      if (threadId !== undefined) note(`${tenantId} ${channelId} ${threadId}`, now);
      isPartNew = true;
    },
    channels: (tenantId) => behind(`${tenantId} `).filter((rest) => !rest.includes(" ")),
    threads(tenantId, channelId) {
      forget();
      return behind(`${tenantId} ${channelId} `);
    },
    async write() {
      if (isPartNew) {
        forget();
        isPartNew = false;
        await memory.set(
          PART,
          [...part].map(([name, ms]) => [name, ms]),
        );
      }
      if (isHeardNew && heard !== undefined) {
        isHeardNew = false;
        await memory.set(HEARD, heard);
      }
    },
  };
}

function isThread(name: string): boolean {
  return name.split(" ").length === 3;
}

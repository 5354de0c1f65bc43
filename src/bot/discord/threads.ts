import { z } from "zod";
import type { DoorMemory } from "#core/contract/door.ts";
import type { Clock } from "#core/contract/ports.ts";
import { isOlder, snowflakeAt } from "./parse/snowflake.ts";

/** A thread that NEXUS opened for a long answer: whose question it was, and where it was asked. */
const OwnThread = z.object({ channelId: z.string(), userId: z.string() });
export type OwnThread = z.infer<typeof OwnThread>;

/** The threads that NEXUS opened. */
export interface OwnThreads {
  get(threadId: string): Promise<OwnThread | undefined>;
  add(threadId: string, thread: OwnThread): Promise<void>;
  /** Forgets those that were opened long ago. */
  forgetOld(): Promise<void>;
}

/** Keeps them in the door's memory. */
export function createOwnThreads(memory: DoorMemory, clock: Clock): OwnThreads {
  return {
    get: async (threadId) => OwnThread.safeParse(await memory.get(PREFIX + threadId)).data,
    add: (threadId, thread) => memory.set(PREFIX + threadId, thread),
    async forgetOld() {
      const oldest = snowflakeAt(clock().getTime() - KEPT_MS);
      for (const key of await memory.keys(PREFIX)) {
        if (isOlder(key.slice(PREFIX.length), oldest)) await memory.delete(key);
      }
    },
  };
}

const PREFIX = "thread:";
const KEPT_MS = 30 * 24 * 60 * 60_000;

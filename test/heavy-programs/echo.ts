import { setTimeout as after } from "node:timers/promises";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { answerInThread } from "#core/contract/heavy-thread.ts";

const Order = z.object({ say: z.string(), waitMs: z.number().default(0), refuse: z.boolean().default(false) });

await answerInThread(Order, async ({ say, waitMs, refuse }, signal) => {
  if (refuse) throw new NexusError("disk_full", say);
  await after(waitMs, undefined, { signal });
  return { said: say, environment: Object.keys(process.env).length };
});

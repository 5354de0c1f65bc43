import { dirname } from "node:path";
import { z } from "zod";
import { answerInThread } from "#core/contract/heavy-thread.ts";
import { keepNewest } from "./kept-backups.ts";
import { makeBackup } from "./make-backup.ts";

/** A backup that NEXUS makes by itself. */
const Order = z.strictObject({
  dataDir: z.string(),
  out: z.string(),
  recipients: z.array(z.string()).min(1),
  withKey: z.boolean(),
  version: z.string(),
  /** How many backups stay in that folder. */
  keep: z.number().int().min(1),
});

await answerInThread(Order, async ({ recipients, keep, ...order }) => {
  const { bytes, sha256, manifest } = await makeBackup({ ...order, lock: { recipients } }, () => new Date());
  return { bytes, sha256, madeAt: manifest.madeAt, deleted: keepNewest(dirname(order.out), keep).length };
});

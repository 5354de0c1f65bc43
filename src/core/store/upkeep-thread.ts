import { z } from "zod";
import { answerInThread } from "#core/contract/heavy-thread.ts";
import { keepUpDatabase } from "./sqlite/upkeep.ts";

await answerInThread(z.strictObject({ path: z.string() }), ({ path }) => Promise.resolve(keepUpDatabase(path)));

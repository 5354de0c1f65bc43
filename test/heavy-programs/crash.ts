import { appendFileSync, readFileSync } from "node:fs";
import { z } from "zod";
import { answerInThread } from "#core/contract/heavy-thread.ts";

const Order = z.object({ file: z.string(), times: z.number() });

await answerInThread(Order, ({ file, times }) => {
  appendFileSync(file, "x");
  const starts = readFileSync(file, "utf8").length;
  if (starts <= times) process.exit(9);
  return Promise.resolve({ starts });
});

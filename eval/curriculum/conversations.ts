import { readFile } from "node:fs/promises";
import { z } from "zod";

/** What somebody said in vain, on which day, and where: `#name` everybody may read, `!name` some may, `@dm` nobody else. */
const Said = z.strictObject({
  who: z.string().min(1),
  day: z.int().min(1),
  place: z.string().regex(/^(?:[#!][a-z-]+|@dm)$/),
  text: z.string().min(1),
});
export type Said = z.infer<typeof Said>;

/** Messages that belong together, and whether they are to become a proposal. */
const LabelledNeed = z.strictObject({
  need: z.string().min(1),
  expect: z.enum(["propose", "nothing"]),
  said: z.array(Said).min(1),
});

/** The conversations of one org, and which of the modules that ship it has. */
const LabelledOrg = z.strictObject({
  org: z.string().min(1),
  modules: z.array(z.string()),
  off: z.array(z.string()),
  needs: z.array(LabelledNeed).min(1),
});
export type LabelledOrg = z.infer<typeof LabelledOrg>;

/** The labelled conversations: those that thresholds were found on, and those that nobody tuned anything on. */
export const PARTS = ["tune", "held-out"] as const;
export type ConversationsPart = (typeof PARTS)[number];

/** Reads one part. */
export async function readConversations(part: ConversationsPart): Promise<LabelledOrg[]> {
  const text = await readFile(new URL(`${part}.json`, import.meta.url), "utf8");
  return z.array(LabelledOrg).parse(JSON.parse(text));
}

import { z } from "zod";
import shipped from "./data/apis.json" with { type: "json" };
import { createTopics, type Topics } from "./topics.ts";

const Entry = z.strictObject({
  topic: z.string().min(1),
  words: z.array(z.string().min(1)).min(1),
  apis: z.array(
    z.strictObject({
      title: z.string().min(1),
      host: z.string().min(1),
      key: z.boolean(),
      document: z.url({ protocol: /^https$/ }).exactOptional(),
    }),
  ),
});

/** The well-known public APIs, by what people ask of them. Written by hand; addresses are those their makers publish. */
export function readApiCatalogue(): Topics {
  return createTopics(z.array(Entry).parse(shipped));
}

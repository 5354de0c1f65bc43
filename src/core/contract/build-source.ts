import { z } from "zod";
import { ModuleName } from "./ids.ts";

/** What a module is to be built from. */
export const BuildSource = z.discriminatedUnion("kind", [
  /** An OpenAPI document, a GraphQL endpoint or an MCP server: found out by asking it. */
  z.strictObject({ kind: z.literal("url"), url: z.string().max(2_000) }),
  /** A document somebody handed in, and the address of its service where they said so. */
  z.strictObject({
    kind: z.literal("document"),
    name: z.string().max(200),
    text: z.string(),
    server: z.string().max(2_000).exactOptional(),
  }),
  /** One request as it is typed with curl, and what was answered. */
  z.strictObject({
    kind: z.literal("exchange"),
    curl: z.string().max(20_000),
    answer: z.string().max(200_000).exactOptional(),
  }),
  /** A module of an index, as it is. */
  z.strictObject({ kind: z.literal("index"), index: z.string(), module: ModuleName, version: z.string() }),
  /** A packed module somebody handed in, Base64. */
  z.strictObject({ kind: z.literal("pack"), name: z.string().max(200), base64: z.string() }),
  /** Nothing but the need: a model writes it. */
  z.strictObject({ kind: z.literal("words") }),
]);
export type BuildSource = z.infer<typeof BuildSource>;

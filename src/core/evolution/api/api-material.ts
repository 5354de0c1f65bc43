import { z } from "zod";

/** The largest document that is looked at, in UTF-16 units. */
export const MAX_DOCUMENT = 20_000_000;

/**
 * What an API was described with, exactly as it came: kept with the build, so that a build that is taken up again
 * works from the same bytes. Nothing of it has been believed.
 */
export const ApiMaterial = z.discriminatedUnion("kind", [
  /**
   * An OpenAPI document (2.0, 3.0 or 3.1) as JSON or YAML, where it came from, and the address of its service if
   * somebody named it: it counts more than what the document says, and many say none.
   */
  z.strictObject({
    kind: z.literal("openapi"),
    text: z.string(),
    url: z.string().exactOptional(),
    server: z.string().exactOptional(),
  }),
  /** What a GraphQL endpoint answered to introspection. */
  z.strictObject({ kind: z.literal("graphql"), url: z.string(), text: z.string() }),
  /** What an MCP server answered when asked for its tools. */
  z.strictObject({ kind: z.literal("mcp"), url: z.string(), text: z.string() }),
  /** One request as somebody would type it with curl, and what was answered if they said so. */
  z.strictObject({ kind: z.literal("exchange"), curl: z.string(), answer: z.string().exactOptional() }),
]);
export type ApiMaterial = z.infer<typeof ApiMaterial>;

import fc from "fast-check";
import { expect, test } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { describe } from "#core/evolution/api/describe.ts";
import { isRecord } from "#core/evolution/api/look.ts";

const SCHEMA = {
  type: "object",
  required: ["a"],
  properties: {
    a: { type: "string", enum: ["x", "y"], example: "x" },
    b: { type: "array", items: { $ref: "#/components/schemas/S" } },
  },
  allOf: [{ oneOf: [{ type: "integer", minimum: 1, maximum: 9 }] }],
};
const DOCUMENT = {
  openapi: "3.0.3",
  info: { title: "T", description: "D", contact: { url: "https://example.com" } },
  servers: [{ url: "https://{r}.example.com/v1", variables: { r: { default: "api" } } }],
  security: [{ key: [] }, { code: ["s"] }],
  components: {
    schemas: { S: SCHEMA },
    securitySchemes: {
      key: { type: "apiKey", in: "header", name: "X-Key" },
      code: {
        type: "oauth2",
        flows: { authorizationCode: { authorizationUrl: "/a", tokenUrl: "/t", scopes: { s: "" } } },
      },
    },
  },
  paths: {
    "/x/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
      post: {
        operationId: "x",
        tags: ["t"],
        parameters: [
          {
            name: "q",
            in: "query",
            style: "form",
            schema: { type: "array", items: { type: "string" } },
            examples: { e: { value: ["a"] } },
          },
          { name: "f", in: "query", style: "deepObject", schema: SCHEMA },
        ],
        requestBody: { required: true, content: { "application/json": { schema: SCHEMA, example: { a: "x" } } } },
        responses: { "200": { description: "ok", content: { "application/json": { schema: SCHEMA } } } },
      },
    },
  },
};

/** Every place of a document, as ways of names. */
function ways(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([name, inside]) => ways(inside, [...way, name]))];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === name ? replaced(item, rest, by) : item));
  return isRecord(value) ? { ...value, [name]: replaced(value[name], rest, by) } : value;
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom("../x", "#/components/schemas/S", "{", "\u202E", "__proto__", -1, 1e308, [], {}, null, true, "int"),
  fc.record({
    $ref: fc.constantFrom("#/components/schemas/S", "#", "#/", "#/paths", "file:///etc/passwd", "#/%zz", ""),
  }),
);

/** The description of a document; undefined when it is refused as one should be. */
function read(document: unknown): ApiDescription | undefined {
  try {
    return describe({ kind: "openapi", text: JSON.stringify(document) });
  } catch (error) {
    if (error instanceof NexusError && /^document_un(?:fit|readable)$/.test(error.code)) return undefined;
    throw error;
  }
}

test("whatever stands in a document, it is described or refused, and never breaks the reader", () => {
  const places = ways(DOCUMENT).filter((way) => way.length > 0);
  const one = fc.tuple(fc.constantFrom(...places), strange);
  const changed = fc.array(one, { minLength: 1, maxLength: 4 });
  let described = 0;
  fc.assert(
    fc.property(changed, (changes) => {
      const operations = read(
        changes.reduce<unknown>((value, [way, by]) => replaced(value, way, by), DOCUMENT),
      )?.operations;
      described += operations === undefined ? 0 : 1;
      for (const { id, server, path } of operations ?? []) {
        expect(id).toMatch(/^[a-z][A-Za-z0-9]{0,39}$/);
        expect(server).toMatch(/^https:\/\/[a-z0-9.-]+(?:\/\S*)?$/);
        expect(path).toMatch(/^\/(?!.*\/\.\.)/);
      }
    }),
    { numRuns: 1_500, seed: 7 },
  );
  expect(described).toBeGreaterThan(300);
});

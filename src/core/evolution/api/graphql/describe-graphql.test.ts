import { buildSchema, introspectionFromSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { describe } from "#core/evolution/api/describe.ts";

const SHOP = `
  "A day" scalar Date
  enum Size { SMALL LARGE }
  interface Node { id: ID! }
  type Owner implements Node { id: ID! name: String pets(first: Int!): [Pet!]! }
  type Pet implements Node { id: ID! name: String! size: Size born: Date owner: Owner friends: [Pet!]! secret: String @deprecated }
  type Shop { title: String }
  union Found = Pet | Shop
  input Money { amount: Float! currency: String }
  input NewPet { name: String! price: Money! tags: [String!] }
  type Query {
    "One pet by its id"
    pet(id: ID!): Pet
    pets(size: Size = SMALL, limit: Int): [Pet!]!
    search(text: String!): [Found!]!
    node(id: ID!): Node
    version: String!
  }
  type Mutation { addPet(pet: NewPet!): Pet  sendMessage(text: String!): Boolean  refund(order: ID!): Boolean }
`;

function described(sdl: string, url = "https://api.example.com/graphql"): ApiDescription {
  const text = JSON.stringify({ data: introspectionFromSchema(buildSchema(sdl)) });
  return describe({ kind: "graphql", url, text });
}

function queryOf(api: ApiDescription, id: string): string {
  const found = api.operations.find((operation) => operation.id === id);
  const query = found?.inputs.find(({ at }) => at.join() === "query")?.fixed;
  return typeof query === "string" ? query : "";
}

test("each field of a GraphQL endpoint's queries and mutations is one operation, with its effect", () => {
  const { operations, title } = described(SHOP);
  expect(title).toBe("example.com");
  expect(operations.map(({ id, effect, method, path }) => [id, effect, method, path])).toEqual([
    ["pet", "read", "POST", "/graphql"],
    ["pets", "read", "POST", "/graphql"],
    ["search", "read", "POST", "/graphql"],
    ["node", "read", "POST", "/graphql"],
    ["version", "read", "POST", "/graphql"],
    ["addPet", "write", "POST", "/graphql"],
    ["sendMessage", "notify", "POST", "/graphql"],
    ["refund", "money", "POST", "/graphql"],
  ]);
});

test("every request is one that the endpoint takes", () => {
  const schema = buildSchema(SHOP);
  const api = described(SHOP);
  for (const { id } of api.operations) expect([id, validate(schema, parse(queryOf(api, id)))]).toEqual([id, []]);
});

test("a request asks for the plain values of what comes back, and of what that holds", () => {
  const api = described(SHOP);
  expect(queryOf(api, "version")).toBe("query { version }");
  expect(queryOf(api, "node")).toBe("query($id: ID!) { node(id: $id) { id __typename } }");
  expect(queryOf(api, "pets")).toMatch(
    /^query\(\$size: Size, \$limit: Int\) \{ pets\(size: \$size, limit: \$limit\) \{ id name size born owner \{ id name \} friends \{/,
  );
  expect(queryOf(api, "search")).toContain("__typename ... on Pet { id name size born } ... on Shop { title }");
  expect(queryOf(api, "pet")).not.toContain("secret");
});

test("arguments are inputs, with those of objects one by one", () => {
  const operation = described(SHOP).operations.find(({ id }) => id === "addPet");
  expect(operation?.inputs.slice(1).map(({ at, required, schema }) => [at.join("."), required, schema.type])).toEqual([
    ["variables.pet.name", true, "string"],
    ["variables.pet.price.amount", true, "number"],
    ["variables.pet.price.currency", false, "string"],
    ["variables.pet.tags", false, "array"],
  ]);
  expect(operation?.answer.schema?.properties?.["data"]?.properties?.["addPet"]?.properties?.["born"]).toMatchObject({
    type: "string",
    format: "date",
  });
});

test("a schema in which everything leads to everything is asked for a bounded part", () => {
  const names = Array.from({ length: 60 }, (_, index) => `T${index}`);
  const types = names.map((name) => `type ${name} { id: ID ${names.map((one) => `f${one}: ${one}`).join(" ")} }`);
  const api = described(`${types.join("\n")} type Query { all: T0 }`);
  expect(queryOf(api, "all").length).toBeLessThan(2_000);
});

test.each([
  ["an error", '{"errors":[{"message":"introspection is off"}]}'],
  ["a list", "[]"],
  ["a name that is code", '{"data":{"__schema":{"queryType":{"name":"Q{x}"},"types":[]}}}'],
])("%s is no answer to introspection", (_what, text) => {
  expect(() => describe({ kind: "graphql", url: "https://api.example.com/graphql", text })).toThrow(
    expect.objectContaining({ code: "document_unreadable" }),
  );
});

test("an endpoint that no module may reach is refused", () => {
  expect(() => described(SHOP, "http://localhost:4000/graphql")).toThrow(
    expect.objectContaining({ code: "document_unfit", say: expect.stringContaining("own network") }),
  );
});

import { stringify } from "yaml";
import { expect, test } from "vitest";
import type { ApiDescription, ApiOperation } from "./api-description.ts";
import { describe } from "./describe.ts";

function read(document: object): ApiDescription {
  return describe({ kind: "openapi", text: JSON.stringify(document) });
}

function only(document: object): ApiOperation {
  const { operations } = read(document);
  expect(operations).toHaveLength(1);
  const [operation] = operations;
  if (operation === undefined) throw new Error("no operation");
  return operation;
}

const PETS = {
  openapi: "3.0.3",
  info: { title: "Pet Store", description: "A *store* of [pets](https://evil.example).", version: "1" },
  servers: [{ url: "https://api.pets.example/v1" }],
  paths: {
    "/pets": {
      get: {
        operationId: "list_pets",
        summary: "List all pets",
        tags: ["pets"],
        parameters: [
          { name: "limit", in: "query", schema: { type: "integer", maximum: 100 }, example: 20 },
          { name: "page", in: "query", schema: { type: "integer" } },
          { name: "status", in: "query", schema: { type: "array", items: { type: "string", enum: ["new", "sold"] } } },
        ],
        responses: {
          "404": { description: "none" },
          "200": {
            description: "pets",
            content: {
              "application/xml": { schema: { type: "string" } },
              "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Pet" } } },
            },
          },
        },
      },
      post: {
        operationId: "createPet",
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
        },
        responses: { "201": { description: "made" } },
      },
    },
    "/pets/{petId}": {
      parameters: [{ name: "petId", in: "path", required: true, schema: { type: "string", format: "uuid" } }],
      get: { operationId: "getPet", responses: { default: { $ref: "#/components/responses/OnePet" } } },
    },
  },
  components: {
    responses: {
      OnePet: { description: "x", content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } },
    },
    schemas: {
      Pet: {
        type: "object",
        required: ["name", "owner"],
        properties: {
          id: { type: "integer", readOnly: true },
          name: { type: "string", example: "Rex" },
          nick: { type: "string", nullable: true },
          owner: {
            type: "object",
            required: ["email"],
            properties: { email: { type: "string", format: "email" }, phone: { type: "string" } },
          },
          friends: { type: "array", items: { $ref: "#/components/schemas/Pet" } },
          tags: { type: "array", items: { type: "string" } },
        },
      },
    },
  },
};

test("an OpenAPI document becomes operations with inputs, answers and ways to page", () => {
  const { title, description, operations, refused } = read(PETS);
  expect({ title, description, refused }).toEqual({
    title: "Pet Store",
    description: "A *store* of pets.",
    refused: [],
  });
  expect(operations.map(({ id, method, path, effect }) => [id, method, path, effect])).toEqual([
    ["listPets", "GET", "/pets", "read"],
    ["createPet", "POST", "/pets", "write"],
    ["getPet", "GET", "/pets/{petId}", "read"],
  ]);
  const [list, create, get] = operations;
  expect(list).toMatchObject({
    title: "List all pets",
    tags: ["pets"],
    server: "https://api.pets.example/v1",
    paging: { kind: "page", input: "page", size: "limit" },
    answer: { status: 200, content: "json", schema: { type: "array", items: { type: "object" } } },
    inputs: [{ name: "limit", example: 20 }, { name: "page" }, { name: "status", list: "repeat" }],
  });
  expect(create?.body).toBe("json");
  expect(create?.answer).toEqual({ status: 201, content: "none" });
  expect(create?.inputs.map(({ at, required }) => [at.join("."), required])).toEqual([
    ["name", true],
    ["nick", false],
    ["owner.email", true],
    ["owner.phone", false],
    ["friends", false],
    ["tags", false],
  ]);
  expect(get?.inputs).toMatchObject([{ name: "petId", in: "path", required: true, schema: { format: "uuid" } }]);
  expect(get?.answer.schema?.properties?.["nick"]).toEqual({ type: "string", nullable: true });
});

test("the same document gives the same description, as JSON and as YAML", () => {
  expect(read(PETS)).toEqual(read(PETS));
  expect(describe({ kind: "openapi", text: stringify(PETS) })).toEqual(read(PETS));
  expect(JSON.stringify(read(PETS))).toBe(JSON.stringify(read(PETS)));
});

test("a YAML document that repeats itself by aliases is read", () => {
  const answer = { "200": { description: "ok" } };
  const paths = Object.fromEntries(
    Array.from({ length: 150 }, (_, index) => [`/p${index}`, { get: { responses: answer } }]),
  );
  const text = stringify({ ...PETS, paths });
  expect(text.match(/\*a1/g)?.length).toBe(149);
  expect(describe({ kind: "openapi", text }).operations).toHaveLength(150);
});

test("a Swagger 2.0 document is read like the others", () => {
  const operation = only({
    swagger: "2.0",
    info: { title: "Old", version: "1" },
    host: "old.example.com",
    basePath: "/api",
    schemes: ["https"],
    consumes: ["application/json"],
    produces: ["application/json"],
    securityDefinitions: { key: { type: "apiKey", in: "header", name: "X-Key" } },
    security: [{ key: [] }],
    paths: {
      "/things/{id}": {
        put: {
          operationId: "putThing",
          parameters: [
            { name: "id", in: "path", required: true, type: "integer" },
            { name: "tags", in: "query", type: "array", items: { type: "string" }, collectionFormat: "csv" },
            { name: "thing", in: "body", schema: { $ref: "#/definitions/Thing" } },
          ],
          responses: { "200": { description: "ok", schema: { $ref: "#/definitions/Thing" } } },
        },
      },
    },
    definitions: { Thing: { type: "object", required: ["name"], properties: { name: { type: "string" } } } },
  });
  expect(operation).toMatchObject({
    server: "https://old.example.com/api",
    body: "json",
    credentials: ["key"],
    answer: { content: "json", schema: { properties: { name: { type: "string" } } } },
  });
  expect(operation.inputs.map((input) => [input.in, input.name, input.list])).toEqual([
    ["path", "id", undefined],
    ["query", "tags", "comma"],
    ["body", "name", undefined],
  ]);
});

test("OpenAPI 3.1 says by lists of types and numbers what 3.0 says by claims", () => {
  const schema = (openapi: string, of: object): unknown =>
    only({
      openapi,
      info: { title: "T" },
      servers: [{ url: "https://a.example.com" }],
      paths: {
        "/x": { get: { operationId: "x", parameters: [{ name: "q", in: "query", schema: of }], responses: {} } },
      },
    }).inputs[0]?.schema;
  expect(schema("3.1.0", { type: ["integer", "null"], exclusiveMinimum: 0, examples: [3] })).toEqual(
    schema("3.0.0", { type: "integer", nullable: true, minimum: 0, exclusiveMinimum: true, example: 3 }),
  );
  expect(schema("3.1.0", { const: "on" })).toEqual({ type: "string", enum: ["on"] });
  expect(
    schema("3.1.0", {
      type: "integer",
      oneOf: [
        { title: "Low", const: 1 },
        { title: "High", const: 2 },
      ],
    }),
  ).toEqual({
    type: "integer",
    enum: [1, 2],
  });
});

test("what several schemas say together is one schema, and of alternatives the first is taken", () => {
  const { answer } = only({
    openapi: "3.1.0",
    info: { title: "T" },
    servers: [{ url: "https://a.example.com" }],
    paths: {
      "/x": {
        get: {
          responses: {
            "200": {
              content: {
                "application/json": {
                  schema: {
                    allOf: [
                      { type: "object", properties: { a: { type: "string", minLength: 1 } }, required: ["a"] },
                      { properties: { a: { minLength: 3 }, b: { anyOf: [{ type: "null" }, { type: "number" }] } } },
                    ],
                  },
                },
              },
            },
          },
        },
      },
    },
  });
  expect(answer.schema).toEqual({
    type: "object",
    properties: { a: { type: "string", minLength: 3 }, b: { type: "number", nullable: true } },
    required: ["a"],
  });
});

test("forms, lists and objects in the query are written the way the document says", () => {
  const operation = only({
    openapi: "3.0.0",
    info: { title: "T" },
    servers: [{ url: "https://a.example.com" }],
    paths: {
      "/x": {
        post: {
          parameters: [
            { name: "a", in: "query", explode: false, schema: { type: "array", items: { type: "integer" } } },
            { name: "b", in: "query", style: "pipeDelimited", schema: { type: "array", items: { type: "string" } } },
            {
              name: "f",
              in: "query",
              style: "deepObject",
              schema: { type: "object", properties: { min: { type: "integer" }, max: { type: "integer" } } },
            },
          ],
          requestBody: {
            content: {
              "application/x-www-form-urlencoded": {
                schema: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
              },
            },
          },
          responses: { "200": { content: { "text/plain": {} } } },
        },
      },
    },
  });
  expect(operation.body).toBe("form");
  expect(operation.answer).toEqual({ status: 200, content: "text" });
  expect(operation.inputs.map(({ name, list, in: place }) => [place, name, list])).toEqual([
    ["query", "a", "comma"],
    ["query", "b", "pipe"],
    ["query", "f[min]", undefined],
    ["query", "f[max]", undefined],
    ["body", "name", undefined],
  ]);
});

test("what a body must hold and nobody describes is asked for as a text, wherever it stands", () => {
  const item = { type: "object", required: ["key"] };
  const properties = { port: { type: "integer" }, items: { type: "array", items: item } };
  const schema = { type: "object", required: ["host", "port", "items", "__proto__"], properties };
  const operation = only({
    openapi: "3.0.0",
    info: { title: "T" },
    servers: [{ url: "https://a.example.com" }],
    paths: {
      "/x": { post: { requestBody: { content: { "application/json": { schema } } }, responses: { "200": {} } } },
    },
  });
  expect(operation.inputs.map(({ name, required, schema: { type } }) => [name, required, type])).toEqual([
    ["port", true, "integer"],
    ["items", true, "array"],
    ["host", true, "string"],
  ]);
  expect(operation.inputs[1]?.schema.items?.properties).toHaveProperty("key", { type: "string" });
});

test.each([
  ["/v1/{+name}/operations", true],
  ["/v1/{name+}/operations", true],
  ["/v1/{name}/operations", undefined],
])("of %s the name may be several parts of the path: %s", (path, spans) => {
  const operation = only({
    openapi: "3.0.0",
    info: { title: "T" },
    servers: [{ url: "https://a.example.com" }],
    paths: {
      [path]: {
        get: {
          parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
          responses: { "200": {} },
        },
      },
    },
  });
  expect(operation).toMatchObject({ path: "/v1/{name}/operations", inputs: [{ name: "name", in: "path" }] });
  expect(operation.inputs[0]?.spans).toBe(spans);
});

test.each([
  ["GET", "/pets/search", "findPets", "read"],
  ["GET", "/messages/send", "sendMessage", "notify"],
  ["GET", "/cache/clear", "clearCache", "write"],
  ["POST", "/pets/search", "searchPets", "write"],
  ["POST", "/payouts", "createPayout", "money"],
  ["POST", "/orders/{id}/refund", "refundOrder", "money"],
  ["POST", "/chat", "sendText", "notify"],
  ["PUT", "/email/{id}", "put", "notify"],
  ["DELETE", "/messages/{id}", "deleteMessage", "write"],
])("%s %s may change what its method and its words say: %s, %s", (method, path, operationId, effect) => {
  const operation = only({
    openapi: "3.0.0",
    info: { title: "T" },
    servers: [{ url: "https://a.example.com" }],
    paths: { [path]: { [method.toLowerCase()]: { operationId, responses: { "200": {} } } } },
  });
  expect(operation.effect).toBe(effect);
});

test("a list that says where it goes on is paged by that", () => {
  const page = {
    type: "object",
    properties: { items: { type: "array" }, meta: { type: "object", properties: { next_cursor: { type: "string" } } } },
  };
  const operation = only({
    openapi: "3.0.0",
    info: { title: "T" },
    servers: [{ url: "https://a.example.com" }],
    paths: {
      "/x": {
        get: {
          parameters: [{ name: "cursor", in: "query", schema: { type: "string" } }],
          responses: { "200": { content: { "application/json": { schema: page } } } },
        },
      },
    },
  });
  expect(operation.paging).toEqual({ kind: "cursor", input: "cursor", at: ["meta", "next_cursor"] });
});

test.each([
  ["a text that is nothing", "hello", "no API description I can read"],
  ["an empty file", "  ", "It is empty"],
  ["broken JSON", '{"openapi": "3.0.0", "paths": {', "neither JSON nor YAML: line"],
  ["a web page", "<!doctype html><html></html>", "a web page"],
  ["an AsyncAPI document", '{"asyncapi": "3.0.0", "channels": {}}', "AsyncAPI"],
  ["a Postman collection", '{"info": {}, "item": []}', "Postman"],
])("%s is refused with what was seen", (_what, text, said) => {
  expect(() => describe({ kind: "openapi", text })).toThrow(
    expect.objectContaining({ code: "document_unreadable", say: expect.stringContaining(said) }),
  );
});

test("a document of which nothing can be served is refused with the reason", () => {
  const document = { ...PETS, servers: [{ url: "http://localhost:8080" }] };
  expect(() => read(document)).toThrow(
    expect.objectContaining({ code: "document_unfit", say: expect.stringContaining("somebody's own network") }),
  );
});

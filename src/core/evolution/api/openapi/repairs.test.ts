import { expect, test } from "vitest";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { describe } from "#core/evolution/api/describe.ts";

const OK = { "200": { description: "ok", content: { "application/json": { schema: { type: "object" } } } } };

function api(changes: object): ApiDescription {
  const document = {
    openapi: "3.0.3",
    info: { title: "T" },
    servers: [{ url: "https://api.example.com" }],
    ...changes,
  };
  return describe({ kind: "openapi", text: JSON.stringify(document) });
}

function withParameter(parameter: object): ApiDescription {
  return api({ paths: { "/x/{id}": { get: { operationId: "x", parameters: [parameter], responses: OK } } } });
}

function withSchema(schema: object): ApiDescription {
  return withParameter({ name: "q", in: "query", schema });
}

const get = (changes: object = {}): object => ({ get: { operationId: "x", responses: OK, ...changes } });

test.each([
  ["operation.no-id", { paths: { "/x": { get: { responses: OK } } } }],
  ["operation.id-taken", { paths: { "/x": get(), "/y": get() } }],
  ["info.title", { info: {}, paths: { "/x": get() } }],
  ["document.version", { openapi: "4.9", paths: { "/x": get() } }],
  ["method.case", { paths: { "/x": { GET: { operationId: "x", responses: OK } } } }],
  ["path.no-slash", { paths: { x: get() } }],
  ["path.slashes", { paths: { "/a//x": get() } }],
  ["path.query", { paths: { "/x?kind=a": get() } }],
  ["path.fragment", { paths: { "/x#a": get() } }],
  ["path.variables", { paths: { "/x/:id": get() } }],
  ["path.duplicate", { paths: { "/x/{a}": get(), "/x/{b}": get() } }],
  ["path.parameter-undeclared", { paths: { "/x/{id}": get() } }],
  ["path.parameter-optional", { paths: { "/x/{id}": get({ parameters: [{ name: "id", in: "path", schema: {} }] }) } }],
  ["path.parameter-unused", { paths: { "/x": get({ parameters: [{ name: "id", in: "path", required: true }] }) } }],
  [
    "path.parameter-spelling",
    { paths: { "/x/{petID}": get({ parameters: [{ name: "petId", in: "path", required: true }] }) } },
  ],
  ["parameters.not-a-list", { paths: { "/x": get({ parameters: { q: { name: "q", in: "query", schema: {} } } }) } }],
  ["parameter.place", { paths: { "/x": get({ parameters: [{ name: "q", in: "formData", schema: {} }] }) } }],
  ["parameter.name", { paths: { "/x": get({ parameters: [{ in: "query", schema: {} }] }) } }],
  [
    "parameter.content",
    { paths: { "/x": get({ parameters: [{ name: "q", in: "query", content: { "application/json": {} } }] }) } },
  ],
  ["parameter.schema", { paths: { "/x": get({ parameters: [{ name: "q", in: "query", type: "string" }] }) } }],
  ["parameter.header", { paths: { "/x": get({ parameters: [{ name: "Host", in: "header", schema: {} }] }) } }],
  ["body.on-get", { paths: { "/x": get({ requestBody: { content: { "application/json": {} } } }) } }],
  ["responses.missing", { paths: { "/x": { get: { operationId: "x" } } } }],
  [
    "reference.missing",
    { paths: { "/x": get({ parameters: [{ name: "q", in: "query", schema: { $ref: "#/nowhere" } }] }) } },
  ],
  ["security.undefined", { security: [{ nobody: [] }], paths: { "/x": get() } }],
  [
    "server.variable",
    { servers: [{ url: "https://{r}.example.com", variables: { r: { default: "eu" } } }], paths: { "/x": get() } },
  ],
  ["server.query", { servers: [{ url: "https://api.example.com/v1?x=1" }], paths: { "/x": get() } }],
])("%s is mended and said", (rule, changes) => {
  const { operations, repairs } = api(changes);
  expect(operations.length).toBeGreaterThan(0);
  expect(repairs.map((repair) => repair.rule)).toContain(rule);
});

test.each([
  ["schema.type", { type: "int" }, { type: "integer" }],
  ["schema.type", { type: "datetime" }, { type: "string", format: "date-time" }],
  ["schema.type", { type: "String" }, { type: "string" }],
  ["schema.bounds", { type: "integer", minimum: 5, maximum: 1 }, { type: "integer" }],
  ["schema.bounds", { type: "string", minLength: -1 }, { type: "string" }],
  ["pattern.unusable", { type: "string", pattern: "(((" }, { type: "string" }],
  ["enum.type", { type: "string", enum: [1, 2] }, { type: "string", enum: ["1", "2"] }],
  ["enum.duplicate", { type: "string", enum: ["a", "a", "b"] }, { type: "string", enum: ["a", "b"] }],
  ["enum.unusable", { type: "string", enum: [] }, { type: "string" }],
  [
    "enum.on-list",
    { type: "array", items: { type: "string" }, enum: ["a"] },
    { type: "array", items: { type: "string", enum: ["a"] } },
  ],
  ["example.unfit", { type: "integer", example: "many" }, { type: "integer" }],
  ["default.unfit", { type: "string", enum: ["a", "b"], default: "c" }, { type: "string", enum: ["a", "b"] }],
])("%s: %o is read as %o", (rule, written, read) => {
  const { operations, repairs } = withSchema(written);
  expect(operations[0]?.inputs.find(({ name }) => name === "q")?.schema).toEqual(read);
  expect(repairs.map((repair) => repair.rule)).toContain(rule);
});

test("an example of another kind is written as its type wants it, and said nothing of", () => {
  const { operations, repairs } = withSchema({ type: "integer", example: "5" });
  expect(operations[0]?.inputs.find(({ name }) => name === "q")?.example).toBe(5);
  expect(repairs.map(({ rule }) => rule)).toEqual(["path.parameter-undeclared"]);
});

test("an empty document's operation needs nothing mended when nothing is wrong", () => {
  expect(api({ paths: { "/x": get() } }).repairs).toEqual([]);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CannotMeasure } from "#bench/run.ts";
import { createAjvJudge } from "#eval/builder/ajv-judge.ts";
import { judgeBuilds } from "#eval/builder/builder.ts";
import { callOperations } from "#eval/builder/call-operations.ts";
import { readCorpus } from "#eval/builder/corpus.ts";
import type { Judge } from "#eval/builder/judge.ts";
import { hashesApart } from "#eval/builder/hashes-apart.ts";
import { type TriedDocument, tryDocument, type TryOptions } from "#eval/builder/try-document.ts";
import { describe } from "#core/evolution/api/describe.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { PETS } from "./pets-api.ts";
import { SILENT } from "./silent-log.ts";

const never = new AbortController().signal;
const OPTIONS: TryOptions = { mutants: 0, callsOperations: true, validates: false };

/** A form, a header, a version of its own, and an address that has to be said. */
const ORDERS = `
swagger: "2.0"
info: { title: Orders, version: "1" }
basePath: /v2
paths:
  /orders:
    get:
      summary: List orders
      parameters:
        - { name: since, in: query, type: string, format: date }
        - { name: states, in: query, type: array, collectionFormat: csv, items: { type: string, enum: [open, done] } }
        - { name: X-Api-Version, in: header, required: true, type: string, enum: ["2"] }
      responses:
        200: { description: ok, schema: { type: array, items: { type: object, properties: { number: { type: integer }, state: { type: string } } } } }
    post:
      summary: Place an order
      consumes: [application/x-www-form-urlencoded]
      parameters:
        - { name: article, in: formData, required: true, type: string }
        - { name: count, in: formData, type: integer, minimum: 1 }
      responses:
        204: { description: placed }
`;

/** Nothing is said of what comes back. */
const PLAIN = {
  openapi: "3.1.0",
  info: { title: "Plain", version: "1" },
  servers: [{ url: "https://plain.example/" }],
  paths: {
    "/status/{name}": {
      get: {
        responses: { 200: { description: "whatever it is" } },
        parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
      },
    },
  },
};

const DOCUMENTS: readonly (readonly [string, string])[] = [
  ["orders.yaml", ORDERS],
  ["pets.json", JSON.stringify(PETS)],
  ["picture.json", '{"a": "picture"}'],
  ["plain.json", JSON.stringify(PLAIN)],
];

test(
  "documents are built from, every operation is called against a mock of its document, and the bytes are the same again",
  { timeout: 240_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "corpus-"));
    try {
      for (const [name, text] of DOCUMENTS) writeFileSync(join(folder, name), text);
      await using sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, waitMs: 30_000, minimum: [] });
      const tried: TriedDocument[] = [];
      for (const document of readCorpus(folder, 10)) tried.push(await tryDocument(document, sandbox, OPTIONS, never));
      const shown = tried.map(({ name, isInstallable, judge, called }) => ({
        name,
        isInstallable,
        judge,
        called: called.length,
      }));
      expect(tried.flatMap(({ called }) => called.filter(({ why }) => why !== undefined))).toEqual([]);
      expect(shown).toEqual([
        { name: "orders.yaml", isInstallable: true, judge: "prism", called: 2 },
        { name: "pets.json", isInstallable: true, judge: "prism", called: 3 },
        { name: "picture.json", isInstallable: false, judge: undefined, called: 0 },
        { name: "plain.json", isInstallable: true, judge: "prism", called: 1 },
      ]);
      const report = judgeBuilds(tried, await hashesApart(folder, 10, undefined), OPTIONS);
      expect(report.bars.map(({ name, ok }) => [name, ok])).toEqual([
        ["share of documents installable %", false],
        ["share of described operations callable %", true],
        ["documents with other bytes on a second run", true],
      ]);
      expect(report.figures["not installable: picture.json"]).toMatch(/\S/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

const alone = (judge: Judge) => ({ at: async (place: number) => (place === 0 ? judge : undefined) });

const OK = { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } };
const words = { type: "array", items: { type: "string" } };
const inBody = (schema: object, type = "application/json") => ({ required: true, content: { [type]: { schema } } });
const inPath = (name: string, schema: object = { type: "string" }) => ({ name, in: "path", required: true, schema });
const either = ["cat", "dog"].map((name) => ({ type: "object", properties: { [name]: { type: "string" } } }));

/** Each of its operations asks for what no request can be. */
const SLIPS = {
  openapi: "3.0.3",
  info: { title: "Slips", version: "1" },
  servers: [{ url: "https://slips.example" }],
  paths: {
    "/words": {
      get: { parameters: [{ name: "w", in: "query", schema: { ...words, enum: ["a", "b"] } }], responses: OK },
    },
    "/either": { post: { requestBody: inBody({ oneOf: either }), responses: OK } },
    "/count": {
      post: {
        requestBody: inBody({
          type: "object",
          required: ["n"],
          properties: { n: { type: "integer", enum: ["1", "2"] } },
        }),
        responses: OK,
      },
    },
    "/body": { get: { requestBody: inBody({ type: "object" }), responses: OK } },
    "/nowhere": { get: { parameters: [inPath("symbol")], responses: OK } },
    "/things/{id}{kind}": {
      get: { parameters: [inPath("id"), inPath("kind", { type: "string", enum: [".json"] })], responses: OK },
    },
    "/v1/{+name}": { get: { parameters: [inPath("name")], responses: OK } },
    "/form": {
      post: {
        requestBody: inBody(
          { type: "object", required: ["room"], properties: { tags: words } },
          "application/x-www-form-urlencoded",
        ),
        responses: OK,
      },
    },
    "/list": {
      get: {
        responses: {
          200: { description: "ok", content: { "application/json": { schema: words, example: { a: 1 } } } },
        },
      },
    },
  },
};

test(
  "slips of a document are held against it and not against the module, and both are told",
  { timeout: 240_000 },
  async () => {
    await using sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, waitMs: 30_000, minimum: [] });
    const folder = mkdtempSync(join(tmpdir(), "corpus-"));
    try {
      writeFileSync(join(folder, "slips.json"), JSON.stringify(SLIPS));
      for (const document of readCorpus(folder, 1)) {
        const { called } = await tryDocument(document, sandbox, OPTIONS, never);
        expect(called).toHaveLength(Object.keys(SLIPS.paths).length);
        expect(called.filter(({ why }) => why !== undefined)).toEqual([]);
        expect(called.filter(({ letter }) => letter === undefined)).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("the judge of our own finds what a document does not allow", { timeout: 60_000 }, async () => {
  await using sandbox = createSandbox({ log: SILENT, runners: 1, spares: 1, waitMs: 30_000, minimum: [] });
  const text = JSON.stringify(PETS);
  const api = describe({ kind: "openapi", text });
  await using judge = createAjvJudge(text);
  expect((await callOperations(api, sandbox, alone(judge), never)).filter(({ why }) => why !== undefined)).toEqual([]);
  const stricter = {
    ...PETS,
    paths: {
      ...PETS.paths,
      "/pets/{petId}": {
        get: {
          ...PETS.paths["/pets/{petId}"].get,
          parameters: [
            { name: "petId", in: "path", required: true, schema: { type: "integer" } },
            { name: "token", in: "query", required: true, schema: { type: "string" } },
          ],
        },
      },
    },
  };
  await using strict = createAjvJudge(JSON.stringify(stricter));
  const wrong = (await callOperations(api, sandbox, alone(strict), never)).filter(({ why }) => why !== undefined);
  expect(wrong).toMatchObject([{ operation: "getPet", why: expect.stringMatching(/petId.*integer|token is missing/) }]);
});

test("without a folder of documents it cannot begin", () => {
  expect(() => readCorpus(undefined, 1)).toThrow(CannotMeasure);
  expect(() => readCorpus("/nowhere/at/all", 1)).toThrow(CannotMeasure);
});

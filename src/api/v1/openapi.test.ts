import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATIONS } from "#core/contract/programs.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { type ApiOffice, openApiOffice } from "#test/api-kit.ts";
import { type ApiDocument, readDocument, validatorsOf } from "#test/api-document.ts";

const GOLDEN = "docs/openapi.json";

let api: ApiOffice;
let document: ApiDocument;
beforeAll(async () => {
  api = await openApiOffice({}, { version: readVersion() });
  document = readDocument((await api.send("GET", "/v1/openapi.json")).body);
});
afterAll(() => api[Symbol.asyncDispose]());

test("the description of the API is the one in docs/openapi.json (RENEW_OPENAPI=1 writes it anew)", async () => {
  const { text } = await api.send("GET", "/v1/openapi.json");
  const now = `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;
  if (process.env["RENEW_OPENAPI"] === "1") writeFileSync(GOLDEN, now);
  expect(JSON.parse(now)).toEqual(JSON.parse(readFileSync(GOLDEN, "utf8")));
});

test("every operation says who may use it, and has a name of its own", () => {
  const ids = document.operations.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { description } of document.operations) expect(description).toMatch(/^Needs `[a-z]+\.[a-z_]+`: to /);
});

test("whatever programs can do has an address", () => {
  const renamed: Record<string, string> = {
    switchModule: "enableModule",
    decideApproval: "approve",
    decideProposal: "buildProposal",
    doWithSchedule: "pauseSchedule",
    doWithHook: "pauseHook",
  };
  const ids = new Set(document.operations.map(({ id }) => id));
  expect(Object.keys(OPERATIONS).filter((name) => !ids.has(renamed[name] ?? name))).toEqual([]);
});

test("every schema of the description is one that a validator takes", () => {
  const compile = validatorsOf(document);
  for (const { answers, body } of document.operations) {
    for (const schema of [...answers.values(), body]) if (schema !== undefined) compile(schema);
  }
  expect(document.operations.length).toBeGreaterThan(40);
});

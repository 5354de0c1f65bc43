import { expect, test } from "vitest";
import { describe } from "#core/evolution/api/describe.ts";
import { writeModule } from "./write-module.ts";

// Put together here, so that no scanner takes this file's examples for keys.
const CHAT = ["xox", "b-12345678901-abcdefghij"].join("");
const CLOUD = ["AKIA", "IOSFODNN7", "EXAMPLE"].join("");
const PAID = ["sk", "_live_4eC39HqLyjWDarjtT1"].join("");

const seat = (example: unknown): object => ({
  openapi: "3.0.3",
  info: { title: "Seats", version: "1" },
  servers: [{ url: "https://seats.example/v1" }],
  paths: {
    "/seats": {
      post: {
        operationId: "addSeat",
        summary: "Add a seat",
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["name", "pass", "note"],
                properties: {
                  name: { type: "string", example: "Ada" },
                  pass: { type: "string", example: "hunter2", minLength: 4 },
                  note: { type: "string", example: CLOUD },
                },
              },
            },
          },
        },
        responses: {
          201: {
            description: "made",
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { name: { type: "string" }, colour: { type: "string" }, rows: { type: "integer" } },
                },
                example,
              },
            },
          },
        },
      },
    },
  },
});

function testsOf(example: unknown): string {
  const api = describe({ kind: "openapi", text: JSON.stringify(seat(example)) });
  const { entries } = writeModule(api, { taken: [] });
  const texts = [...entries].map(([path, bytes]) => `${path}\n${new TextDecoder().decode(bytes)}`);
  return texts.join("\n");
}

test("what looks like a key, a token or a password in a document's examples stands in no file of a module", () => {
  const text = testsOf({ name: "Ada", colour: CHAT, rows: 3, access_token: "short", deep: [{ key: PAID }] });
  for (const secret of [CHAT, CLOUD, PAID, "hunter2", '"short"']) expect(text).not.toContain(secret);
  expect(text).toContain("REMOVED");
  expect(text).toContain('"name": "Ada"');
});

test("letters that look like others, or turn a line around, are written as their numbers in tests", () => {
  const text = testsOf({ name: "Ad\u0430 \u202eevil\u2066", colour: "grün 🎲", rows: 3 });
  const tests = text.slice(text.indexOf("tests/"));
  expect(tests).toContain(String.raw`Ad\u0430 \u202eevil\u2066`);
  expect(tests).toContain(String.raw`gr\u00fcn \ud83c\udfb2`);
  // oxlint-disable-next-line no-control-regex -- everything else is what this looks for
  expect(tests.slice(0, tests.indexOf("\n]"))).toMatch(/^[\u0000-\u007f“”…]*$/);
});

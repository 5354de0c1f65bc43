import { expect, test } from "vitest";
import { buildApart, describeApart } from "./build-apart.ts";
import { describe } from "./describe.ts";

const signal = AbortSignal.timeout(60_000);
const DOCUMENT = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Pets", description: "Pets of a shop" },
  servers: [{ url: "https://api.example.com/v1" }],
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        summary: "List pets",
        responses: {
          "200": {
            description: "ok",
            content: {
              "application/json": {
                schema: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
              },
            },
          },
        },
      },
    },
  },
});

test("an API is described and a module written for it in a process of its own, the same as here", async () => {
  const material = { kind: "openapi", text: DOCUMENT } as const;
  await expect(describeApart(material, signal)).resolves.toEqual(describe(material));
  const { manifest, operations, entries } = await buildApart({ material, wish: { taken: [], name: "pets" } }, signal);
  expect([manifest.name, operations]).toEqual(["pets", ["listPets"]]);
  expect(entries.get("manifest.json")).toBeInstanceOf(Uint8Array);
});

test("a refusal comes back as it was meant", async () => {
  await expect(describeApart({ kind: "openapi", text: "hello" }, signal)).rejects.toMatchObject({
    code: "document_unreadable",
    say: expect.stringContaining("no API description"),
  });
});

test("GEN-007: a document that takes too long is refused, and nothing else waits", async () => {
  const long = { kind: "openapi", text: `{"openapi":"3.0.0","paths":{${'"x":{},'.repeat(1_000_000)}"y":{}}}` } as const;
  await expect(describeApart(long, signal, { timeoutMs: 20, memoryMib: 256 })).rejects.toMatchObject({
    code: "document_unfit",
    say: expect.stringContaining("longer than"),
  });
});

test("GEN-007: a document that takes all memory ends its process, not the service", async () => {
  const values = Array.from({ length: 400_000 }, (_, index) => `{"a${index}":[${index}]}`).join(",");
  const large = { kind: "openapi", text: `{"openapi":"3.0.0","paths":{},"x":[${values}]}` } as const;
  await expect(describeApart(large, signal, { timeoutMs: 60_000, memoryMib: 16 })).rejects.toMatchObject({
    code: "document_unfit",
    say: expect.stringContaining("memory"),
  });
});

test("who no longer wants to know is heard", async () => {
  const controller = new AbortController();
  const described = describeApart({ kind: "openapi", text: DOCUMENT }, controller.signal);
  controller.abort(new Error("stopped"));
  await expect(described).rejects.toThrow("stopped");
});

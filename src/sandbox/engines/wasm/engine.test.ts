import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { quietHost } from "#test/engine-kit.ts";
import { answering, asking, buildWat, DONE_WITH_EVENT, scripted, startWasm } from "#test/wasm-kit.ts";

const kit = startWasm();
afterAll(() => kit[Symbol.asyncDispose]());
const { engine, run } = kit;

describe("what a WebAssembly module can do", () => {
  test("it gets the call as an event and its answer comes back", async () => {
    const outcome = await run(scripted(DONE_WITH_EVENT), { input: { city: "Zürich “Enge”", n: [1.5, null] } });
    expect(outcome).toMatchObject({
      status: "completed",
      output: {
        type: "call",
        capability: "run",
        input: { city: "Zürich “Enge”", n: [1.5, null] },
        nowMs: Date.parse("2026-03-04T05:06:07Z"),
        asker: { locale: "en-CA", timeZone: "America/Toronto" },
        sample: "off",
        limits: { timeoutMs: 2_000, fetches: 5, calls: 1_000, outputChars: 10_000 },
      },
    });
  });

  test("the same seed gives the same numbers to start from, another gives others", async () => {
    const echo = scripted(DONE_WITH_EVENT);
    const [one, same, other] = [await run(echo), await run(echo), await run(echo, { seed: "another" })];
    expect(one).toMatchObject({
      output: { seed: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)] },
    });
    const output = "output" in one ? one.output : undefined;
    expect(same).toMatchObject({ output });
    expect(other).not.toMatchObject({ output });
  });

  test("a request goes through the host, and its answer comes as the next event", async () => {
    const seen: unknown[] = [];
    const outcome = await run(
      scripted(
        asking(["fetch", "https://api.example.com/x", { method: "POST", headers: { accept: "a" }, body: "ü" }]),
        DONE_WITH_EVENT,
      ),
      {},
      quietHost({
        fetch: async (url, init) => {
          seen.push([url, init]);
          return { ok: false, code: "timeout", detail: "slow" };
        },
      }),
    );
    expect(outcome).toMatchObject({
      output: { type: "answers", answers: [{ ok: false, code: "timeout", detail: "slow" }] },
    });
    expect(seen).toEqual([["https://api.example.com/x", { method: "POST", headers: { accept: "a" }, body: "ü" }]]);
  });

  test("what it asks for together is done together, and the answers are in its order", async () => {
    const both = Promise.withResolvers<void>();
    let open = 0;
    const outcome = await run(
      scripted(asking(["fetch", "https://a.example/1", {}], ["fetch", "https://a.example/2", {}]), DONE_WITH_EVENT),
      {},
      quietHost({
        // Neither is answered before both have been asked, and the second before the first.
        fetch: async (url) => {
          open += 1;
          if (open === 2) both.resolve();
          await both.promise;
          if (url.endsWith("1")) await new Promise((resolve) => setImmediate(resolve));
          return { ok: true, status: 200, headers: {}, body: url };
        },
      }),
    );
    expect(outcome).toMatchObject({
      output: { answers: [{ body: "https://a.example/1" }, { body: "https://a.example/2" }] },
    });
  });

  test("files, cache and log reach the host", async () => {
    const seen: unknown[] = [];
    const outcome = await run(
      scripted(
        asking(["fileWrite", "a.txt", "text"], ["cacheSet", "k", { a: 1 }, 60], ["log", "hello"]),
        asking(
          ["fileRead", "a.txt"],
          ["fileRead", "none"],
          ["fileList", ""],
          ["cacheGet", "k"],
          ["fileRemove", "a.txt"],
        ),
        DONE_WITH_EVENT,
      ),
      {},
      quietHost({
        fileWrite: async (...args) => void seen.push(args),
        fileRemove: async (...args) => void seen.push(args),
        cacheSet: async (...args) => void seen.push(args),
        log: (line) => seen.push(line),
        fileRead: async (path) => (path === "a.txt" ? "text" : undefined),
        fileList: async () => ["a.txt"],
        cacheGet: async () => ({ a: 1 }),
      }),
    );
    expect(outcome).toMatchObject({
      output: { answers: [{ value: "text" }, {}, { value: ["a.txt"] }, { value: { a: 1 } }, {}] },
    });
    expect(seen).toHaveLength(4);
    expect(seen).toEqual(expect.arrayContaining([["a.txt", "text"], ["k", { a: 1 }, 60], "hello", ["a.txt"]]));
  });

  test("its own failure is told in its own words", async () => {
    expect(await run(scripted(`{"type":"failed","message":"no such city"}`))).toEqual({
      status: "failed",
      message: "no such city",
    });
  });

  test("the smallest module, as it stands in docs/wasm-modules.md, says hello", async () => {
    const [, text = ""] = /```wat\n([^]*?)```/.exec(readFileSync("docs/wasm-modules.md", "utf8")) ?? [];
    expect(await run(buildWat(text))).toMatchObject({ output: { summary: "Hello from WebAssembly." } });
  });

  test("the first event is written as docs/wasm-modules.md shows it", async () => {
    const [, text = "{}"] =
      /### Events[^]*?```json\n([^]*?)```/.exec(readFileSync("docs/wasm-modules.md", "utf8")) ?? [];
    const example = z.record(z.string(), z.json()).parse(JSON.parse(text));
    const outcome = await run(scripted(DONE_WITH_EVENT));
    const event = z.object({ output: z.record(z.string(), z.json()) }).parse(outcome).output;
    expect(Object.keys(event)).toEqual(Object.keys(example));
  });

  test("_initialize runs before anything else", async () => {
    const wasm = answering(
      `{"type":"done","output":0}`,
      "",
      `(func (export "_initialize") (i32.store8 (i32.const 1048) (i32.const 55)))`,
    );
    expect(await run(wasm)).toMatchObject({ status: "completed", output: 7 });
  });
});

test("the engine runs binaries and no scripts", () => {
  expect(engine.refuses({ code: new Map(), wasm: new Uint8Array() })).toBeUndefined();
  expect(engine.refuses({ code: new Map([["module.ts", ""]]) })).toBe("it is a script");
});

import { afterAll, describe, expect, test } from "vitest";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { startEngines } from "#test/engine-kit.ts";
import { compareEngines } from "./differential.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());
const never = new AbortController().signal;

/** Compares the bodies of modules' functions, each called once in V8 and once in QuickJS. */
const compare = (bodies: readonly string[]): ReturnType<typeof compareEngines> =>
  compareEngines(
    {
      run: (engine, index) => kit.run(engine === "quickjs" ? "quickjs" : "v8", bodies[index] ?? ""),
      names: bodies.map((_, index) => `call ${index}`),
      first: "v8",
      second: "quickjs",
    },
    never,
  );

/** Compares what was said beforehand. */
const compareSaid = (one: SandboxOutcome, other: SandboxOutcome): ReturnType<typeof compareEngines> =>
  compareEngines(
    { run: async (engine) => (engine === "v8" ? one : other), names: ["it"], first: "v8", second: "quickjs" },
    never,
  );

const completed = (output: unknown): SandboxOutcome => ({ status: "completed", output, cpuMs: 1, peakMib: 50 });

describe("the same calls in two engines", () => {
  test("agree where a module does the same in both", async () => {
    const report = await compare([
      "return { b: nexus.random(), a: [nexus.now(), input] };",
      `return (await nexus.fetch("https://a.example/")).body;`,
      "return Math.exp(1.1) + Math.sin(0.7) ** 3;",
      `throw new TypeError("no such city");`,
      "return undefinedName;",
    ]);
    expect(report).toEqual({ first: "v8", second: "quickjs", compared: 5, agreed: 5, differences: [] });
  });

  test("part where a module tells the engines apart, and the place is quoted", async () => {
    const tells = `return { a: "x".repeat(200), b: "$1" in RegExp ? "I am good" : "I steal" };`;
    const report = await compare([tells, "return 1;"]);
    expect(report).toMatchObject({ compared: 2, agreed: 1 });
    expect(report.differences).toEqual([
      {
        test: "call 0",
        first: expect.stringMatching(/^“…x+","b":"I am good"/),
        second: expect.stringMatching(/^“…x+","b":"I steal"/),
      },
    ]);
    expect(report.differences[0]?.first.length).toBeLessThan(210);
  });

  test("are not held against a module for what QuickJS lacks", async () => {
    const report = await compare([`return new Intl.NumberFormat("en").format(1);`, "return 1;"]);
    expect(report).toMatchObject({ compared: 1, agreed: 1, differences: [] });
    expect(report.notCompared).toBe("1 of 2 calls: QuickJS has no Intl");
  });

  test("say nothing when one of them had no runner, no time or no memory", async () => {
    const lacking: SandboxOutcome[] = [
      { status: "busy" },
      { status: "timeout" },
      { status: "resources", what: "memory" },
      { status: "unavailable", reason: "no process can be started" },
    ];
    for (const other of lacking) {
      const report = await compareSaid(completed(1), other);
      expect(report).toMatchObject({ compared: 0, agreed: 0, differences: [] });
      expect(report.notCompared).toMatch(/^1 of 1 calls: /);
    }
    const both = await compareSaid({ status: "timeout" }, { status: "timeout" });
    expect(both).toMatchObject({ compared: 1, agreed: 1 });
  });

  test("count a failure in one and an answer in the other as a difference", async () => {
    const report = await compareSaid(completed({ a: 1 }), { status: "failed", message: "no" });
    expect(report.differences).toEqual([{ test: "it", first: `“{"a":1}”`, second: "“(failed)”" }]);
  });

  test("may order their keys differently, and round the last bit of a number", async () => {
    const one = completed({ a: { c: 0.1 + 0.2, b: null }, list: [1, 2] });
    expect(await compareSaid(one, completed({ list: [1, 2], a: { b: null, c: 0.3 } }))).toMatchObject({ agreed: 1 });
    expect(await compareSaid(one, completed({ list: [2, 1], a: { b: null, c: 0.3 } }))).toMatchObject({ agreed: 0 });
    expect(await compareSaid(completed(1), completed(1.000001))).toMatchObject({ agreed: 0 });
  });

  test("stop when nobody wants to know any more", async () => {
    const run = async (): Promise<SandboxOutcome> => completed(1);
    const comparison = { run, names: ["a"], first: "v8", second: "quickjs" } as const;
    await expect(compareEngines(comparison, AbortSignal.abort())).rejects.toThrow();
  });
});

import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { quietHost, startEngines } from "#test/engine-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());

/** Whatever reads a clock, draws a number, formats for a place or asks the host. */
const STATEMENTS: readonly string[] = [
  "seen.push(Date.now(), new Date().toISOString(), Date());",
  "seen.push(new Date().getTimezoneOffset(), new Date().toLocaleString(nexus.asker.locale));",
  "seen.push(Math.random(), nexus.random());",
  "for (let i = 0; i < 5; i += 1) seen.push(Math.floor(nexus.random() * 1000));",
  `seen.push(new Intl.DateTimeFormat(nexus.asker.locale, { timeZone: nexus.asker.timeZone, timeStyle: "medium" }).format());`,
  `seen.push(new Intl.DateTimeFormat("de", { dateStyle: "full" }).formatToParts().map((part) => part.value));`,
  `seen.push(new Intl.NumberFormat(nexus.asker.locale).format(nexus.random() * 1e6));`,
  `seen.push(new Intl.RelativeTimeFormat("fr").format(Math.round(nexus.random() * 9), "day"));`,
  "seen.push(nexus.now().getTime() - Date.now());",
  "seen.sort(() => nexus.random() - 0.5);",
  "seen.push([1, 2, 3, 4, 5, 6, 7].sort(() => Math.random() - 0.5));",
  `seen.push(await nexus.cache.get("answer"));`,
  `seen.push(await Promise.race([nexus.cache.get("a"), nexus.cache.get("b")]));`,
  `seen.push((await nexus.fetch("https://a.example/" + nexus.random())).body);`,
  `seen.push(Object.keys({ b: 1, a: 2 }), [...new Set([3, 1, 2])], String(new Error("x").message));`,
  "if (nexus.random() < 0.5) seen.push('heads'); else seen.push('tails');",
];

const programs = fc.record({
  body: fc.array(fc.constantFrom(...STATEMENTS), { minLength: 1, maxLength: 12 }),
  nowMs: fc.integer({ min: 0, max: 4e12 }),
  seed: fc.string({ maxLength: 20 }),
  locale: fc.constantFrom("en-CA", "de-DE", "ja-JP", "ar-EG"),
  timeZone: fc.constantFrom("UTC", "America/Toronto", "Asia/Kolkata"),
});
type TestProgram = typeof programs extends fc.Arbitrary<infer Value> ? Value : never;

/** Always answers alike; what differs from run to run is only the process and the moment. */
const host = quietHost({ cacheGet: async (key) => `kept ${key}` });

async function play(program: TestProgram, use: { once: boolean }): Promise<SandboxOutcome> {
  const body = `const seen = []; ${program.body.join("\n")} return seen;`;
  const call = sandboxCall(body, {
    limits: { timeoutMs: 2_000, memoryMib: 32, fetches: 20, outputChars: 100_000, fileBytes: 0 },
    now: new Date(program.nowMs),
    seed: program.seed,
    asker: { locale: program.locale, timeZone: program.timeZone },
  });
  return await kit.pools.run(kit.engines.named.v8, call, host, use, new AbortController().signal);
}

function textOf(outcome: SandboxOutcome): string {
  return outcome.status === "completed" ? JSON.stringify(outcome.output) : `ended as ${JSON.stringify(outcome)}`;
}

test(
  "a run played again with its clock, seed and answers gives the same output to the byte",
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(programs, async (program) => {
        const first = await play(program, { once: false });
        expect(first.status).toBe("completed");
        // The second time in a process of another org, the third in one that has run nothing.
        expect(textOf(await play(program, { once: false }))).toBe(textOf(first));
        expect(textOf(await play(program, { once: true }))).toBe(textOf(first));
      }),
      { numRuns: 25 },
    );
  },
);

test("another seed, or another clock, gives another output", async () => {
  const program: TestProgram = {
    body: ["seen.push(nexus.random(), Date.now());"],
    nowMs: 5,
    seed: "a",
    locale: "en-CA",
    timeZone: "UTC",
  };
  const outputs = [program, { ...program, seed: "b" }, { ...program, nowMs: 6 }].map((each) =>
    play(each, { once: false }),
  );
  const texts = (await Promise.all(outputs)).map(textOf);
  expect(new Set(texts).size).toBe(3);
});

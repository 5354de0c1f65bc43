import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Bundle } from "#core/contract/module.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { buildApart } from "#core/evolution/api/build-apart.ts";
import { loopCases, playCase } from "#eval/gap/loop-cases.ts";
import { type HiddenTest, materialFor, modelOf, type Need, readNeeds } from "#eval/gap/need.ts";
import { runHidden } from "#eval/gap/run-hidden.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { SILENT } from "./silent-log.ts";

vi.setConfig({ testTimeout: 120_000 });

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, minimum: [], waitMs: 60_000 });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const never = new AbortController().signal;
const needs = readNeeds();
const needOf = (id: string): Need => {
  const found = needs.find((need) => need.id === id);
  if (found === undefined) throw new Error(`there is no need ${id}`);
  return found;
};

async function build(id: string): Promise<{ readonly bundle: Bundle; readonly hidden: readonly HiddenTest[] }> {
  const need = needOf(id);
  const material = materialFor(need);
  if (material === undefined) throw new Error(`${id} has no document`);
  const { entries } = await buildApart({ material, wish: { need: need.need, taken: [] } }, never);
  return { bundle: await sandbox.compile(entries, never), hidden: need.hidden };
}

test("there are needs enough, in all forms, and each is judged by what its builder is never told", () => {
  expect(needs.length).toBeGreaterThanOrEqual(30);
  expect(new Set(needs.map(({ form }) => form))).toEqual(new Set(["openapi", "graphql", "exchange", "words"]));
  for (const need of needs) {
    const told = JSON.stringify([need.need, materialFor(need) ?? ""]);
    const told1 = need.hidden.filter(({ shows }) => shows.length > 0 && shows.every((text) => told.includes(text)));
    expect([need.id, told1.map(({ name }) => name)]).toEqual([need.id, []]);
  }
});

describe("a hidden test", () => {
  test.each(["exchange-rate", "create-ticket", "countries-graphql", "build-status-exchange"])(
    "is passed by what was built for %s, which it knows no name of",
    async (id) => {
      const { bundle, hidden } = await build(id);
      for (const each of hidden) expect(await runHidden(sandbox, bundle, each, never)).toEqual({ passed: true });
    },
  );

  test("is failed by a module that asks for something else, and by one that does not show what the source said", async () => {
    const { bundle, hidden } = await build("exchange-rate");
    const [first] = hidden;
    const request = first?.request;
    if (first === undefined || request === undefined) throw new Error("it asks nothing");
    const elsewhere = { ...first, request: { ...request, query: { ...request.query, to: "EUR" } } };
    expect(await runHidden(sandbox, bundle, elsewhere, never)).toMatchObject({ passed: false });
    const unseen = { ...first, shows: ["4242.42"] };
    expect(await runHidden(sandbox, bundle, unseen, never)).toMatchObject({
      passed: false,
      why: expect.stringContaining("does not show"),
    });
  });
});

describe("a loop of scripted models ends exactly as it must", () => {
  const quick = [
    "a way out at once",
    "the budget of the build ends while it is written",
    "prose around a specification, twice",
    "A, B and A again",
    "no model at all",
  ];
  const cases = loopCases(modelOf("split-the-bill"), modelOf("tide-times"));

  // The others take minutes: `npm run eval -- gap` plays them all.
  test.each(cases.filter(({ name }) => quick.includes(name)))("$name", async (loop) => {
    expect(await playCase(sandbox, loop, never)).toEqual([]);
  });

  test("and what ends otherwise is told", async () => {
    const loop = cases.find(({ name }) => name === "no model at all");
    if (loop === undefined) throw new Error("there is no such case");
    expect(await playCase(sandbox, { ...loop, ends: "proven in 0", asked: [1] }, never)).toHaveLength(2);
  });
});

import { expect, test } from "vitest";
import { ModuleErrorCode } from "#core/contract/module.ts";
import { ModulePart } from "#core/contract/reply.ts";
import { answered, refused, runModule, useModules } from "#test/module-kit.ts";

const modules = useModules();

test("the showroom shows every kind of part there is", async () => {
  await using showroom = await modules.open("showroom");
  const answer = answered(await showroom.run("parts", {}));
  const shown = new Set(answer.parts.map((part) => part.type));
  const every = ModulePart.options.map((option) => option.shape.type.value);
  expect([...shown].toSorted()).toEqual(every.toSorted());
  expect(answer.sample).toBe(true);
});

test("made-up metrics come as charts and a table, labelled as a sample", async () => {
  await using showroom = await modules.open("showroom");
  const answer = answered(await showroom.run("metrics", { service: "search" }));
  expect(answer.summary).toMatch(/^Demo: search answers in \d+ ms/);
  expect(answer.parts.map((part) => part.type)).toEqual(["chart", "chart", "table"]);
  expect(answer.sample).toBe(true);
});

test("a question back is answered by the choice", async () => {
  await using showroom = await modules.open("showroom");
  const asked = answered(await showroom.run("choices", {}));
  expect(asked.choices?.options.map((option) => option.value)).toEqual(["red", "green", "blue"]);
  expect(answered(await showroom.run("choices", { colour: "green" })).summary).toBe("Demo: you chose green.");
});

test.each(ModuleErrorCode.options)("it can fail with %s", async (code) => {
  await using showroom = await modules.open("showroom");
  expect(refused(await showroom.run("fail", { code })).code).toBe(code);
});

test("a module that throws is reported as failed, without its words", async () => {
  await using showroom = await modules.open("showroom");
  const refusal = refused(await showroom.run("fail", { code: "thrown" }));
  expect(refusal.code).toBe("module_failed");
  expect(refusal.say + refusal.hint).not.toContain("on purpose");
});

test("slow work inside the limit is answered, beyond it is stopped", async () => {
  await using showroom = await modules.open("showroom");
  expect(answered(await showroom.run("slow", { ms: 50 })).summary).toBe("Demo: worked for about 50 ms.");
  expect(refused(await showroom.run("slow", { ms: 60_000 })).code).toBe("module_timeout");
});

test("an answer near the limit arrives whole, one beyond it is refused", async () => {
  await using showroom = await modules.open("showroom");
  const near = answered(await showroom.run("big", { size: "near" }));
  expect(JSON.stringify(near.parts).length).toBeGreaterThan(45_000);
  expect(refused(await showroom.run("big", { size: "over" })).code).toBe("module_resources");
});

test("each person has a counter of their own", async () => {
  await using showroom = await modules.open("showroom");
  await showroom.run("counter", {});
  expect(answered(await showroom.run("counter", {})).data).toEqual({ count: 2 });
  expect(answered(await showroom.run("counter", {}, { person: "someone else" })).data).toEqual({ count: 1 });
  expect(answered(await showroom.run("counter", { reset: "reset" })).data).toEqual({ count: 1 });
});

test("the same seed makes the same metrics, another seed others", async () => {
  const run = async (seed: string) => answered(await runModule("showroom", "metrics", {}, { seed })).data;
  const first = await run("one");
  expect(await run("one")).toEqual(first);
  expect(await run("two")).not.toEqual(first);
});

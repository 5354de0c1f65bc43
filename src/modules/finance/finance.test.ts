import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { answered, refused, useModules } from "#test/module-kit.ts";

const modules = useModules();

const now = new Date("2026-11-20T15:00:00Z");
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

async function openImported() {
  const finance = await modules.open("finance", { now, timeZone: "America/Toronto" });
  for (const name of ["chequing.csv", "card.csv"]) {
    answered(await finance.run("importFile", { file: `input/${name}` }, { files: { [name]: fixture(name) } }));
  }
  return finance;
}

const october = { from: "2026-10-01", to: "2026-10-31" };

test("spending this month leaves out income, transfers and card payments, and takes off refunds", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("spending", {}));
  // 61.27 + 84.10 + 120.00 + 1650.00 from chequing; 2 × 2.15 + 49.99 - 20.00 + 31.40 + 18.99 + 1102.35 + 20.00 by card.
  expect(answer.data).toMatchObject({ cents: 312_240, from: "2026-11-01", to: "2026-11-20", before: 203_614 });
  expect(answer.summary).toBe(
    "You spent $3,122.40 from November 1 to November 20, 2026, 53% more than from October 1 to October 20, 2026.",
  );
  expect(answer.sample).toBe(false);
});

test("a whole month is summed to the cent", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("spending", { period: october }));
  // 16.95 + 55 + 79.90 + 100 + 1650 and 56.20 + 88.40 + 18.25 + 18.99 + 23.45 + 2.15.
  expect(answer.data).toMatchObject({ cents: 210_929, count: 11 });
  expect(answer.summary).toBe("You spent $2,109.29 in October 2026.");
});

test("money is written as the asker's country writes it", async () => {
  await using finance = await openImported();
  const german = answered(await finance.run("spending", { period: october }, { locale: "de-DE" }));
  expect(german.summary).toContain("2.109,29");
  const american = answered(await finance.run("spending", { period: october }, { locale: "en-US" }));
  expect(american.summary).toContain("CA$2,109.29");
});

test("spending can be asked for one category, a wider word, or one merchant", async () => {
  await using finance = await openImported();
  const groceries = answered(await finance.run("spending", { category: "Groceries" }));
  expect(groceries.data).toMatchObject({ cents: 116_362 });
  const food = answered(await finance.run("spending", { category: "Food" }));
  expect(food.data).toMatchObject({ cents: 119_932 });
  expect(food.summary).toContain("on Groceries and Eating out");
  const amazon = answered(await finance.run("spending", { merchant: "amzn this month" }));
  expect(amazon.data).toMatchObject({ cents: 2999 });
  expect(refused(await finance.run("spending", { category: "Yachts" }))).toMatchObject({
    code: "slot_invalid",
    slot: "category",
  });
});

const Groups = z.object({ cents: z.number(), categories: z.array(z.object({ name: z.string(), cents: z.number() })) });

test("asked for income, it tells what came in", async () => {
  await using finance = await openImported();
  const income = answered(await finance.run("spending", { category: "Income", period: october }));
  expect(income.summary).toBe("You received $4,900.00 in October 2026.");
  const transfers = answered(await finance.run("spending", { category: "Transfers", period: october }));
  expect(transfers.data).toMatchObject({ cents: 70_000 });
});

test("the categories add up to the whole", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("byCategory", { period: october }));
  const { cents, categories } = Groups.parse(answer.data);
  expect(cents).toBe(210_929);
  expect(categories.reduce((sum, one) => sum + one.cents, 0)).toBe(cents);
  expect(categories[0]).toEqual({ name: "Housing", cents: 165_000 });
  expect(answer.parts[0]).toMatchObject({ type: "chart", kind: "bar", format: { type: "currency", currency: "CAD" } });
});

test("merchants are named without what the bank writes around them", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("byMerchant", { category: "Groceries", period: october }));
  expect(answer.summary).toBe("You paid LOBLAWS the most on Groceries in October 2026: $88.40 in 1 purchase.");
  expect(answer.data).toMatchObject({ merchants: [{ name: "LOBLAWS" }, { name: "FARM BOY", cents: 5500 }] });
});

test("the trend marks the month that is not over", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("byMonth", {}));
  expect(answer.summary).toBe("You spent $3,122.40 so far in November 2026. The month before came to $2,109.29.");
  expect(answer.parts[0]).toMatchObject({
    type: "chart",
    categories: ["October 2026", "November 2026"],
    series: [{ values: [210_929, 312_240] }],
    partialLast: true,
  });
});

test("the trend ends with the last month there is data for", async () => {
  await using finance = await openImported();
  const later = { now: new Date("2027-02-03T12:00:00Z") };
  const answer = answered(await finance.run("byMonth", {}, later));
  expect(answer.data).toMatchObject({ months: [{}, { month: "2026-11", cents: 312_240 }], partialLast: true });
});

test("transactions can be searched, the newest first", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("transactions", { merchant: "tim hortons" }));
  expect(answer.data).toMatchObject({ total: 3, cents: 645 });
  expect(answer.parts[0]).toMatchObject({
    rows: [
      ["2026-11-20", "TIM HORTONS #2211 TORONTO, ON", "Eating out", "-$2.15"],
      ["2026-11-20", "TIM HORTONS #2211 TORONTO, ON", "Eating out", "-$2.15"],
      ["2026-10-02", "TIM HORTONS #2211 TORONTO, ON", "Eating out", "-$2.15"],
    ],
  });
  const few = answered(await finance.run("transactions", { limit: 2 }));
  expect(few.summary).toContain("the latest 2 below");
  expect(refused(await finance.run("transactions", { merchant: "nowhere" })).code).toBe("no_data");
});

test("the month begins when it begins where the asker is", async () => {
  await using finance = await openImported();
  const edge = { now: new Date("2026-11-01T02:00:00Z") };
  const there = answered(await finance.run("spending", {}, { ...edge, timeZone: "America/Toronto" }));
  expect(there.data).toMatchObject({ from: "2026-10-01", to: "2026-10-31" });
  const ahead = answered(await finance.run("spending", {}, { ...edge, timeZone: "Asia/Tokyo" }));
  expect(ahead.data).toMatchObject({ from: "2026-11-01", to: "2026-11-01", cents: 165_000 });
});

test("a period without data says what there is", async () => {
  await using finance = await openImported();
  const refusal = refused(await finance.run("spending", { period: { from: "2026-03-01", to: "2026-03-31" } }));
  expect(refusal.code).toBe("no_data");
  expect(refusal.say).toBe(
    "There are no transactions in March 2026. Your imports cover October 1 to November 20, 2026.",
  );
});

test.each([
  { from: "2026-11-30", to: "2026-11-01" },
  { from: "2027-01-01", to: "2027-01-31" },
])("a period that cannot be (%o) is asked for again", async (period) => {
  await using finance = await openImported();
  expect(refused(await finance.run("spending", { period }))).toMatchObject({ code: "slot_invalid", slot: "period" });
});

test("a rule of one's own goes before the built-in ones and moves what is there", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("categorise", { merchant: "Tim Hortons into", category: "Groceries" }));
  expect(answer.summary).toBe("Tim Hortons counts as Groceries from now on. That moves 3 transactions, $6.45 in all.");
  expect(answered(await finance.run("spending", { category: "Groceries" })).data).toMatchObject({ cents: 116_792 });
  const again = answered(await finance.run("categorise", { merchant: "tim hortons", category: "Shopping" }));
  expect(again.data).toMatchObject({ category: "Shopping" });
  expect(answered(await finance.run("rules", {})).data).toMatchObject({
    own: [{ match: "TIM HORTONS", category: "Shopping" }],
  });
});

test("a wider word is no category: the narrower ones are offered", async () => {
  await using finance = await openImported();
  const answer = answered(await finance.run("categorise", { merchant: "Luna", category: "Food" }));
  expect(answer.choices).toMatchObject({
    slot: "category",
    options: [{ value: "Groceries" }, { value: "Eating out" }],
  });
});

test("every category of the data can be asked for by name", () => {
  const Data = z.object({
    categories: z.array(z.object({ name: z.string() })),
    groups: z.record(z.string(), z.array(z.string())),
    rules: z.array(z.object({ category: z.string() })),
  });
  const data = Data.parse(JSON.parse(readFileSync(join(import.meta.dirname, "data", "categories.json"), "utf8")));
  const names = data.categories.map((category) => category.name);
  const words = [...names, ...Object.keys(data.groups)].toSorted();
  const { manifest } = loadBundle(import.meta.dirname);
  const asked = manifest.capabilities.flatMap((capability) => {
    const slot = capability.slots["category"];
    return slot?.type === "enum" ? [slot.values.toSorted()] : [];
  });
  expect(asked).toEqual([words, words, words, words, words]);
  expect(names).toEqual(
    expect.arrayContaining([...Object.values(data.groups).flat(), ...data.rules.map((rule) => rule.category)]),
  );
});

test("nothing is deleted without a yes", async () => {
  await using finance = await openImported();
  const which = answered(await finance.run("forget", {}));
  expect(which.choices?.options.map((option) => option.label)).toEqual([
    "card.csv (16 rows)",
    "chequing.csv (14 rows)",
    "Everything, with my rules",
  ]);
  const asked = answered(await finance.run("forget", { which: "card.csv" }));
  expect(asked.choices?.question).toBe("Delete card.csv? That is 16 transactions, and it cannot be undone.");
  expect(answered(await finance.run("forget", { which: "card.csv", confirm: "no" })).summary).toBe(
    "Nothing was deleted.",
  );
  expect(answered(await finance.run("spending", {})).data).toMatchObject({ cents: 312_240 });
});

test("a file nobody sent is not deleted; vague words bring up the list", async () => {
  await using finance = await openImported();
  const refusal = refused(await finance.run("forget", { which: "may.csv", confirm: "yes" }));
  expect(refusal).toMatchObject({ code: "slot_invalid", slot: "which" });
  const vague = answered(await finance.run("forget", { which: "that statement again", confirm: "yes" }));
  expect(vague.choices?.slot).toBe("which");
  const all = answered(await finance.run("forget", { which: "all my bank data" }));
  expect(all.choices?.question).toContain("everything you imported");
  expect(answered(await finance.run("spending", {})).data).toMatchObject({ cents: 312_240 });
});

test("one file can be forgotten, and imported again", async () => {
  await using finance = await openImported();
  answered(await finance.run("forget", { which: "card.csv", confirm: "yes" }));
  expect(answered(await finance.run("spending", {})).data).toMatchObject({ cents: 191_537 });
  const again = answered(
    await finance.run("importFile", { file: "input/card.csv" }, { files: { "card.csv": fixture("card.csv") } }),
  );
  expect(again.data).toMatchObject({ added: 16 });
});

test("forgetting everything leaves nothing behind", async () => {
  await using finance = await openImported();
  answered(await finance.run("categorise", { merchant: "Tim Hortons", category: "Groceries" }));
  answered(await finance.run("forget", { which: "all", confirm: "yes" }));
  expect(await finance.files()).toEqual([]);
  expect(refused(await finance.run("forget", {})).code).toBe("no_data");
  expect(refused(await finance.run("forget", { which: "all", confirm: "yes" })).code).toBe("no_data");
});

test("one person's data is not another's", async () => {
  await using finance = await openImported();
  const other = answered(await finance.run("spending", {}, { person: "someone else" }));
  expect(other.sample).toBe(true);
  expect(refused(await finance.run("forget", {}, { person: "someone else" })).code).toBe("no_data");
});

test("before the first import, answers are samples that agree with each other", async () => {
  await using finance = await modules.open("finance", { now, timeZone: "America/Toronto" });
  const spending = answered(await finance.run("spending", { period: october }));
  const byCategory = answered(await finance.run("byCategory", { period: october }));
  expect(spending.sample).toBe(true);
  expect(byCategory.sample).toBe(true);
  expect(Groups.parse(byCategory.data).cents).toBe(z.object({ cents: z.number() }).parse(spending.data).cents);
  expect(answered(await finance.run("byMonth", {})).data).toMatchObject({ months: [{}, {}, {}, {}, {}, {}] });
});

test("with samples switched off, nothing imported means nothing shown", async () => {
  await using finance = await modules.open("finance", { now, sample: false });
  const refusal = refused(await finance.run("spending", {}));
  expect(refusal.code).toBe("no_data");
  expect(refusal.hint).toContain("CIBC");
});

import { expect, test } from "vitest";
import { readApiCatalogue } from "./api-catalogue.ts";
import shipped from "./data/apis.json" with { type: "json" };

const TOPICS = readApiCatalogue();

test("the catalogue knows sixty and more public APIs by what people ask of them, and each address is an https one", () => {
  const apis = new Set(shipped.flatMap(({ apis: some }) => some.map(({ title }) => title)));
  expect(apis.size).toBeGreaterThanOrEqual(60);
  const documents = shipped.flatMap(({ apis: some }) =>
    some.flatMap((api) => ("document" in api ? [api.document] : [])),
  );
  expect(documents.length).toBeGreaterThan(20);
  for (const document of documents) expect(new URL(document ?? "").protocol).toBe("https:");
});

test("no two topics are called the same, and one API is described the same wherever it stands", () => {
  const names = shipped.map(({ topic }) => topic);
  expect(new Set(names).size).toBe(names.length);
  const described = new Map<string, string>();
  for (const api of shipped.flatMap(({ apis }) => apis)) {
    const said = JSON.stringify(api);
    expect(described.get(api.title) ?? said).toBe(said);
    described.set(api.title, said);
  }
});

test.each([
  ["who do I page tonight", ["on-call schedules"]],
  ["has PagerDuty rung", ["on-call schedules", "incidents"]],
  ["convert 20 CHF", ["exchange rates"]],
  ["is the pager in the drawer of the pagers", ["on-call schedules"]],
  ["what a lovely day", []],
])("%s names %j", (text, topics) => {
  expect(TOPICS.namedIn(text)).toEqual(topics);
});

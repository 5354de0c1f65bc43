import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { packBundle } from "#sandbox/bundle/pack.ts";
import { skeletonOf, titleOf } from "./module-skeleton.ts";

const files = skeletonOf("exchange-rates");
const entries = new Map([...files].map(([path, text]) => [path, Buffer.from(text)]));
const page = readFileSync("docs/writing-a-module.md", "utf8");
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text = ""]) => ({ language, text }));
const json = blocks.filter(({ language }) => language === "json").map(({ text }): unknown => JSON.parse(text));

test("a new module is a sound bundle under its own name", () => {
  const intake = takeIn(entries);
  expect(intake.findings).toEqual([]);
  expect(intake.manifest).toMatchObject({ name: "exchange-rates", title: "Exchange rates" });
  expect(titleOf("dice")).toBe("Dice");
});

test("the page about modules shows a new module as it is written", () => {
  expect(blocks).toContainEqual({ language: "ts", text: files.get("module.ts") });
  expect(json).toContainEqual(JSON.parse(files.get("manifest.json") ?? ""));
  const tests: unknown = JSON.parse(files.get("tests/rate.json") ?? "");
  expect(json).toContainEqual(Array.isArray(tests) ? tests.slice(0, 2) : []);
});

test("the page shows the very pack that the new module makes", () => {
  expect(page).toContain(`sha256 ${takeIn(entries).sha256}`);
  expect(page).toContain(`4 files, ${packBundle(entries).length.toLocaleString("en-CA")} bytes`);
});

test("the page tells no size that is not so", () => {
  for (const size of ["128 KiB", "256 KiB each, 512 KiB in all", "1 MiB", "512 KiB in all", "64 KiB", "32 files"]) {
    expect(page).toContain(size);
  }
});

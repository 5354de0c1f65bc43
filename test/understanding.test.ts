import { expect, test } from "vitest";
import { measureUnderstanding, readManifests, readUtterances } from "#eval/understanding.ts";
import { wordKeys } from "#core/lidm/sentence.ts";

const wordsOf = (text: string): string => wordKeys(text).join(" ");

const { report, judged } = await measureUnderstanding();

test("the modules that ship are understood by a proven threshold, and nothing is guessed", () => {
  expect(report.bars.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.figures["proven bound"]).toBeLessThanOrEqual(0.05);
  expect(report.figures["all values exact, of the rightly invoked %"]).toBeGreaterThanOrEqual(95);
});

test("the showroom answers to its own name, and to nobody's ordinary words", () => {
  const ordinary = judged.filter(({ utterance }) => !utterance.capability.startsWith("showroom."));
  const drawn = ordinary.filter(({ outcome }) => outcome.kind === "invoke" && outcome.module === "showroom");
  expect(drawn).toEqual([]);
});

test("what understanding is measured on stands in no manifest", async () => {
  const examples = (await readManifests()).flatMap((manifest) =>
    manifest.capabilities.flatMap((capability) => capability.examples.map(wordsOf)),
  );
  const known = new Set(examples);
  const utterances = await readUtterances();
  expect(utterances.filter(({ text }) => known.has(wordsOf(text)))).toEqual([]);
  expect(new Set(utterances.map(({ text }) => wordsOf(text))).size).toBe(utterances.length);
});

test("every capability is measured on at least fifteen sentences, and what none does on a hundred and twenty", async () => {
  const counts = new Map<string, number>();
  for (const { capability } of await readUtterances()) counts.set(capability, (counts.get(capability) ?? 0) + 1);
  for (const manifest of await readManifests()) {
    for (const { name } of manifest.capabilities) {
      expect(counts.get(`${manifest.name}.${name}`), `${manifest.name}.${name}`).toBeGreaterThanOrEqual(15);
    }
  }
  expect(counts.get("none")).toBeGreaterThanOrEqual(120);
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type ChartPart, Part } from "#core/contract/reply.ts";
import { drawChartSvg } from "./chart-svg.ts";
import { readFont } from "./font-file.ts";

const fonts = { regular: fontNamed("DejaVuSans.ttf"), bold: fontNamed("DejaVuSans-Bold.ttf") };

const spending = chartOf({
  title: "Spending by month",
  categories: ["Sep", "Oct", "Nov"],
  series: [{ name: "All", values: [128_100, 131_800, 80_300] }],
  format: { type: "currency", currency: "CAD" },
  partialLast: true,
});

test("values are written on their bars, and an unfinished month is faded and named", () => {
  const svg = drawChartSvg(spending, fonts);
  expect(textsOf(svg)).toEqual(
    expect.arrayContaining(["Spending by month", "CAD · * Nov is not complete yet", "$1,318", "$803", "Oct", "Nov*"]),
  );
  const fills = Array.from(svg.matchAll(/<rect x="[^"]*" y="[^"]*"[^>]*fill="(#[0-9a-f]{6})"/g), ([, fill]) => fill);
  expect(fills).toHaveLength(3);
  expect(fills[0]).toBe(fills[1]);
  expect(fills[2]).not.toBe(fills[1]);
});

test("up to three series stand side by side, more are stacked under their total", () => {
  const series = ["a", "b", "c", "d"].map((name) => ({ name, values: [10, 20] }));
  const grouped = drawChartSvg(chartOf({ categories: ["Oct", "Nov"], series: series.slice(0, 3) }), fonts);
  expect(textsOf(grouped)).not.toContain("30");
  const stacked = drawChartSvg(chartOf({ categories: ["Oct", "Nov"], series }), fonts);
  expect(textsOf(stacked)).toEqual(expect.arrayContaining(["40", "80", "a", "b", "c", "d"]));
});

test("negative values hang from the zero line", () => {
  const svg = drawChartSvg(
    chartOf({ categories: ["Oct", "Nov"], series: [{ name: "Net", values: [-50, 50] }] }),
    fonts,
  );
  const [below, above] = Array.from(
    svg.matchAll(/<rect x="[^"]*" y="([^"]*)" width="[^"]*" height="([^"]*)"/g),
    ([, y, height]) => ({
      top: Number(y),
      bottom: Number(y) + Number(height),
    }),
  );
  expect(below?.top).toBeCloseTo(above?.bottom ?? 0, 0);
});

test("markup in names is text, not markup", () => {
  const svg = drawChartSvg(chartOf({ title: `<image href="file:///etc/passwd"/>&"'` }), fonts);
  expect(svg).not.toContain("<image");
  expect(textsOf(svg)).toContain(`<image href="file:///etc/passwd"/>&"'`);
});

test("characters the font lacks are replaced by a box, one for each", () => {
  expect(textsOf(drawChartSvg(chartOf({ title: "東京 👩‍👩‍👧 ok é" }), fonts))).toContain("□□ □ ok é");
});

test("names that would overlap are thinned out, and the last one stays", () => {
  const categories = Array.from({ length: 60 }, (_, week) => `week ${week}`);
  const texts = textsOf(
    drawChartSvg(chartOf({ categories, series: [{ name: "x", values: categories.map((_, at) => at) }] }), fonts),
  );
  const shown = texts.filter((text) => text.startsWith("week"));
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.length).toBeLessThan(20);
  expect(shown.at(-1)).toBe("week 59");
});

test("a value that is missing breaks its line", () => {
  const chart = { kind: "line", categories: ["a", "b", "c", "d"], series: [{ name: "x", values: [1, 2] }] } as const;
  expect(drawChartSvg(chartOf(chart), fonts).match(/stroke-linecap/g)).toHaveLength(1);
});

test("whatever the values are, the drawing is well formed and stays on the page", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.constantFrom(0, 1e308, -1e308, 5e-324),
  );
  const chart = fc.record({
    kind: fc.constantFrom("bar", "line"),
    title: fc.string({ unit: "binary", minLength: 1, maxLength: 80 }),
    categories: fc.array(fc.string({ unit: "binary", maxLength: 40 }), { minLength: 1, maxLength: 60 }),
    series: fc.array(fc.record({ name: fc.string({ unit: "binary" }), values: fc.array(value, { maxLength: 60 }) }), {
      minLength: 1,
      maxLength: 12,
    }),
    partialLast: fc.boolean(),
  });
  fc.assert(
    fc.property(chart, (parts) => {
      const svg = drawChartSvg(chartOf(parts), fonts);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(
        svg.replaceAll(
          /<(?:rect|line|circle)(?: [a-z-]+\d?="[^"<>&]*")+\/>|<text(?: [a-z-]+="[^"<>&]*")+>(?:[^<>&]|&#\d+;)*<\/text>/g,
          "",
        ),
      ).toMatch(/^<svg [^<>]*><\/svg>$/);
      for (const [, y] of svg.matchAll(/<(?:rect|text) x="[^"]*" y="(-?[\d.e+]+)"/g)) {
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(500);
      }
    }),
    { numRuns: 150 },
  );
});

function chartOf(parts: Partial<Record<keyof ChartPart, unknown>>): ChartPart {
  const part = Part.parse({
    type: "chart",
    kind: "bar",
    title: "A chart",
    takeaway: "It shows something.",
    categories: ["Oct"],
    series: [{ name: "All", values: [1] }],
    format: { type: "number" },
    ...parts,
  });
  if (part.type !== "chart") throw new Error("not a chart");
  return part;
}

function fontNamed(name: string) {
  return readFont(readFileSync(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`))));
}

function textsOf(svg: string): string[] {
  return Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text = ""]) =>
    text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
  );
}

test("of a few bars none is left without its name, however long the names are", () => {
  const categories = ["Housing", "Groceries", "Utilities", "Eating out", "Transport", "Entertainment", "Subscriptions"];
  const svg = drawChartSvg(chartOf({ categories, series: [{ name: "Spent", values: [7, 6, 5, 4, 3, 2, 1] }] }), fonts);
  expect(textsOf(svg)).toEqual(expect.arrayContaining(categories));
});

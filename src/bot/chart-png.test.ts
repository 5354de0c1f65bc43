import { expect, test } from "vitest";
import { type ChartPart, Part } from "#core/contract/reply.ts";
import { checkFonts, createChartRenderer } from "./chart-png.ts";

const unlimited = new AbortController().signal;
const chart: ChartPart = readChart();

test("charts come out with their text", async () => {
  expect(await checkFonts(unlimited)).toBe(true);
});

test("a chart becomes a PNG of 1800 by 1000 pixels", async () => {
  await using renderer = createChartRenderer();
  const png = Buffer.from(await renderer.render(chart, unlimited));
  expect(png.subarray(0, 8).toString("latin1")).toBe("\u0089PNG\r\n\u001A\n");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1800, 1000]);
});

test("several charts asked for at once all come, each its own", async () => {
  await using renderer = createChartRenderer();
  const titles = ["One", "Two", "Three"];
  const pngs = await Promise.all(titles.map(async (title) => await renderer.render({ ...chart, title }, unlimited)));
  expect(new Set(pngs.map((png) => Buffer.from(png).toString("base64"))).size).toBe(3);
});

test("a chart that takes too long is given up, and the next one is drawn", async () => {
  await using hasty = createChartRenderer(0);
  await expect(hasty.render(chart, unlimited)).rejects.toMatchObject({ code: "internal" });
  await expect(hasty.render(chart, unlimited)).rejects.toMatchObject({ code: "internal" });
});

test("nobody waits for a chart that was called off", async () => {
  await using renderer = createChartRenderer();
  const turn = new AbortController();
  const rendering = renderer.render(chart, turn.signal);
  turn.abort();
  await expect(rendering).rejects.toThrow(/abort/i);
  await expect(renderer.render(chart, unlimited)).resolves.toBeInstanceOf(Uint8Array);
});

function readChart(): ChartPart {
  const part = Part.parse({
    type: "chart",
    kind: "bar",
    title: "Spending by month",
    takeaway: "Spending fell.",
    categories: ["Oct", "Nov"],
    series: [{ name: "All", values: [131_800, 80_300] }],
    format: { type: "currency", currency: "CAD" },
  });
  if (part.type !== "chart") throw new Error("not a chart");
  return part;
}

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import { Resvg } from "@resvg/resvg-js";
import type { ChartJob, ChartJobResult } from "./chart-png.ts";
import { CHART_WIDTH } from "./chart-plot.ts";
import { drawChartSvg } from "./chart-svg.ts";
import { readFont } from "./font-file.ts";

/** Without its own fonts resvg draws no text at all, and says nothing about it. */
const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`)),
);
const [regular, bold] = fontFiles.map((path) => readFont(readFileSync(path)));

parentPort?.on("message", (job: ChartJob) => {
  parentPort?.postMessage(answer(job));
});

function answer(job: ChartJob): ChartJobResult {
  try {
    if (job.chart === undefined) return { id: job.id, hasInk: hasInk() };
    if (regular === undefined || bold === undefined) throw new Error("a font file is missing");
    const png = new Resvg(drawChartSvg(job.chart, { regular, bold }), options(2 * CHART_WIDTH)).render().asPng();
    return { id: job.id, png };
  } catch (error) {
    return { id: job.id, failure: error instanceof Error ? error.message : String(error) };
  }
}

function hasInk(): boolean {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" font-family="DejaVu Sans"><text x="5" y="30" font-size="24">0</text></svg>`;
  return new Resvg(svg, options(40)).render().pixels.some((byte) => byte !== 0);
}

function options(width: number) {
  return {
    fitTo: { mode: "width", value: width },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans" },
  } as const;
}

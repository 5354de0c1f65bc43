import type { Font } from "./font-file.ts";

/** Drawn at this size and rendered at twice as much. */
export const CHART_WIDTH = 900;
/** The same for its height. */
export const CHART_HEIGHT = 500;

/** White space around everything. */
export const MARGIN = 26;

/** Told apart by people who see no red or no green, and on grey paper by the lines between stacked bars. */
export const PALETTE = ["#2f6fde", "#c8641b", "#2e8b60", "#7d55c7", "#b4365f", "#57606a"] as const;

/** The two faces a chart is set in. */
export interface Fonts {
  readonly regular: Font;
  readonly bold: Font;
}

/** One series, its text drawable and its missing values named. */
export interface PlotSeries {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
  /** The second six series share the colours of the first, lighter. */
  readonly fill: string;
}

/** Everything the marks need: where values and categories lie, in drawing units. */
export interface Plot {
  readonly series: readonly PlotSeries[];
  readonly categories: readonly string[];
  readonly band: number;
  readonly left: number;
  readonly isPartial: (category: number) => boolean;
  readonly y: (value: number) => number;
  readonly write: (value: number | undefined) => string;
  readonly fonts: Fonts;
}

/** A paler colour, opaque so that the lines behind do not shine through. `share` 0 is the colour itself, 1 is white. */
export function towardsWhite(colour: string, share: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(channel + (255 - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/** What the terminal at hand can show. */
export interface Canvas {
  /** Visible width of a line; at least 20. */
  readonly columns: number;
  /** Whether SGR styles may be used. */
  readonly colour: boolean;
  /** Whether OSC 8 links may be used. */
  readonly links: boolean;
  /** For screen readers: no boxes, bars or other drawing made of characters. */
  readonly plain: boolean;
}

export interface Style {
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly colour?: Colour;
  /** Already checked by `linkTarget`. */
  readonly href?: string;
}
export type Colour = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan";

/** A stretch of text in one style. */
export interface Run {
  readonly text: string;
  readonly style?: Style;
}

/** Runs as one string for this canvas. The text must be clean: this is the only place that adds escape sequences. */
export function paint(canvas: Canvas, runs: readonly Run[]): string {
  return runs.map((run) => paintRun(canvas, run)).join("");
}

function paintRun(canvas: Canvas, { text, style = {} }: Run): string {
  const codes = canvas.colour ? sgrCodes(style) : [];
  const styled = codes.length > 0 && text !== "" ? `\u001B[${codes.join(";")}m${text}\u001B[0m` : text;
  return canvas.links && style.href !== undefined ? `${osc8(style.href)}${styled}${osc8("")}` : styled;
}

function sgrCodes(style: Style): number[] {
  return [
    ...(style.bold === true ? [1] : []),
    ...(style.dim === true ? [2] : []),
    ...(style.italic === true ? [3] : []),
    ...(style.colour === undefined ? [] : [SGR[style.colour]]),
  ];
}

/** https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda */
function osc8(href: string): string {
  return `\u001B]8;;${href}\u001B\\`;
}

/** An address as it may stand inside a terminal link, or undefined when it may not: web and file addresses only. */
export function linkTarget(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!["https:", "http:", "file:"].includes(url.protocol)) return undefined;
  return /^[\x21-\x7E]{1,2000}$/.test(url.href) ? url.href : undefined;
}

const SGR = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const satisfies Record<
  Colour,
  number
>;

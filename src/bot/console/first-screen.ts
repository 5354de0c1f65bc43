import { cleanLine } from "#bot/clean-text.ts";
import { type Canvas, type Colour, paint } from "./draw/canvas.ts";
import { pad, widthOf } from "./draw/measure.ts";
import { wrap, wrapText } from "./draw/wrap.ts";
import type { Welcome } from "./protocol.ts";

type State = Welcome["status"][number]["state"];

/** Draws what a person sees first: what is on and what is not, and what to try. */
export function drawFirstScreen(canvas: Canvas, welcome: Welcome): string[] {
  return [
    paint(canvas, [{ text: `NEXUS ${cleanLine(welcome.version)}`, style: { bold: true } }]),
    "",
    ...drawStatus(canvas, welcome.status),
    "",
    ...drawSuggestions(canvas, welcome.suggestions),
  ];
}

function drawStatus(canvas: Canvas, status: Welcome["status"]): string[] {
  const stateWidth = Math.max(...Object.keys(STATE_COLOURS).map((state) => state.length));
  const nameWidth = Math.min(16, Math.max(0, ...status.map(({ name }) => widthOf(cleanLine(name)))));
  const lead = 2 + stateWidth + 2 + nameWidth + 2;
  return status.flatMap(({ state, name, detail }) => {
    const details = wrapText(cleanLine(detail), Math.max(10, canvas.columns - lead));
    return details.flatMap((line, index) => {
      if (index > 0) return [" ".repeat(lead) + line];
      const runs = [
        { text: `  ${pad(state, stateWidth)}  `, style: { colour: STATE_COLOURS[state] } },
        { text: `${pad(cleanLine(name), nameWidth)}  `, style: { bold: true } },
        { text: line },
      ];
      return wrap(runs, canvas.columns).map((fitted) => paint(canvas, fitted));
    });
  });
}

function drawSuggestions(canvas: Canvas, suggestions: Welcome["suggestions"]): string[] {
  const sayWidth = Math.max(0, ...suggestions.map(({ say }) => widthOf(cleanLine(say))));
  const rows = suggestions.map(({ say, note }, index) => {
    const lead = { text: `  ${String(index + 1).padStart(2)}  `, style: { bold: true, colour: "cyan" } } as const;
    const about = note === undefined ? [] : [{ text: `   ${cleanLine(note)}`, style: { dim: true } }];
    return [lead, { text: note === undefined ? cleanLine(say) : pad(cleanLine(say), sayWidth) }, ...about];
  });
  const keys = [
    { text: "   ?", style: { bold: true, colour: "cyan" } },
    { text: "  help     " },
    { text: "s", style: { bold: true, colour: "cyan" } },
    { text: "  Slack     " },
    { text: "d", style: { bold: true, colour: "cyan" } },
    { text: "  Discord     " },
    { text: "q", style: { bold: true, colour: "cyan" } },
    { text: "  quit" },
  ] as const;
  const title = suggestions.length > 0 ? ["  Try one (type it, or its number):"] : [];
  return [...title.map((text) => [{ text }]), ...rows, keys].flatMap((row) =>
    wrap(row, canvas.columns).map((line) => paint(canvas, line)),
  );
}

const STATE_COLOURS = {
  ready: "green",
  on: "green",
  basic: "yellow",
  off: "blue",
  failing: "red",
} as const satisfies Record<State, Colour>;

import type { Writable } from "node:stream";
import { cleanLine, cleanText } from "#bot/clean-text.ts";
import type { ProgressStep } from "#core/contract/door.ts";
import { type Canvas, paint } from "./draw/canvas.ts";
import { shorten, widthOf } from "./draw/measure.ts";
import { wrapText } from "./draw/wrap.ts";

/** Most answers come sooner, and then a spinner is only a flicker. */
const QUIET_MS = 150;
const FRAME_MS = 100;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
/** Lines of streamed text to keep in view; all of it comes with the reply. */
const TAIL_LINES = 8;

/** What moves at the bottom of the screen while a turn runs. */
export interface Progress {
  start(): void;
  say(title: string): void;
  text(delta: string): void;
  step(step: ProgressStep): void;
  stop(): void;
  /** Runs `write` with the moving lines out of the way. */
  around(write: () => void): void;
}

/** Spinner, steps and streamed text, redrawn in place. */
export function createProgress(output: Writable, canvas: () => Canvas): Progress {
  const steps = new Map<string, ProgressStep>();
  let title = "";
  let streamed = "";
  let drawn: string[] = [];
  let frame = 0;
  let quiet: NodeJS.Timeout | undefined;
  let ticking: NodeJS.Timeout | undefined;

  const erase = () => {
    if (drawn.length === 0) return;
    // A narrower window has folded the lines since they were drawn.
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / canvas().columns)), 0);
    output.write(`\r${rows > 1 ? `\u001B[${rows - 1}A` : ""}\u001B[J`);
    drawn = [];
  };
  const draw = () => {
    erase();
    drawn = drawLines(canvas(), FRAMES[frame % FRAMES.length] ?? "", title, Array.from(steps.values()), streamed);
    output.write(drawn.join("\n"));
  };
  const tick = () => {
    frame += 1;
    draw();
  };
  const stop = () => {
    clearTimeout(quiet);
    clearInterval(ticking);
    ticking = undefined;
    erase();
  };

  return {
    start() {
      stop();
      steps.clear();
      [title, streamed] = ["Thinking… (Ctrl-C stops)", ""];
      quiet = setTimeout(() => {
        draw();
        ticking = setInterval(tick, FRAME_MS).unref();
      }, QUIET_MS).unref();
    },
    say(words) {
      title = words;
      if (ticking !== undefined) draw();
    },
    text(delta) {
      streamed = (streamed + delta).slice(-4_000);
    },
    step: (step) => void steps.set(step.id, step),
    stop,
    around(write) {
      erase();
      write();
      if (ticking !== undefined) draw();
    },
  };
}

/** For screen readers and pipes: nothing moves. */
export function noProgress(): Progress {
  return { start() {}, say() {}, text() {}, step() {}, stop() {}, around: (write) => write() };
}

function drawLines(
  canvas: Canvas,
  spinner: string,
  title: string,
  steps: readonly ProgressStep[],
  streamed: string,
): string[] {
  // One column less than there is: a full line would make some terminals start the next.
  const columns = canvas.columns - 1;
  const tail = streamed === "" ? [] : wrapText(cleanText(streamed), columns).slice(-TAIL_LINES);
  const checklist = steps.slice(-TAIL_LINES).map((step) => {
    const { mark, colour } = STEP_MARKS[step.status];
    const runs = [{ text: `${mark} `, style: { colour } }, { text: shorten(cleanLine(step.title), columns - 2) }];
    return paint(canvas, runs);
  });
  return [
    ...tail,
    ...checklist,
    paint(canvas, [{ text: shorten(`${spinner} ${title}`, columns), style: { dim: true } }]),
  ];
}

const STEP_MARKS = {
  running: { mark: "…", colour: "yellow" },
  done: { mark: "✓", colour: "green" },
  failed: { mark: "✗", colour: "red" },
} as const;

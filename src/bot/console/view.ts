import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Writable } from "node:stream";
import { type Canvas, paint } from "./draw/canvas.ts";
import { drawNotice, drawSaved } from "./draw/part.ts";
import { drawReply } from "./draw/reply.ts";
import type { ReplyMessage } from "./dialogue.ts";

export interface ViewOptions {
  readonly output: Writable;
  readonly columns: () => number;
  readonly colour: boolean;
  readonly isTty: boolean;
  readonly isPlain: boolean;
  /** Whether answers stand apart from what is typed between them. */
  readonly isInteractive: boolean;
  /** The folder that shown paths start from. */
  readonly currentFolder: string;
  /** Runs a write with prompt and spinner out of the way. */
  readonly around: (write: () => void) => void;
}

/** Puts things on the screen, above whatever the person is typing. */
export interface View {
  canvas(): Canvas;
  print(lines: readonly string[]): void;
  reply(message: ReplyMessage): void;
  picture(path: string): void;
  note(text: string): void;
  error(say: string, hint: string): void;
}

/** Wider than this, lines of text are hard to follow. */
const MAX_COLUMNS = 100;
const MIN_COLUMNS = 20;

/** Draws on a terminal or into a pipe. */
export function createView(options: ViewOptions): View {
  const { isInteractive, isPlain, isTty, colour } = options;
  const indent = isInteractive && !isPlain ? "  " : "";
  let hasPrinted = false;
  const canvas = (): Canvas => ({
    columns: Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, options.columns() - indent.length)),
    colour: colour && !isPlain,
    links: isTty && colour && !isPlain,
    plain: isPlain,
  });
  const print = (lines: readonly string[]) => {
    const text = lines.map((line) => (line === "" ? "\n" : `${indent}${line}\n`)).join("");
    options.around(() => void options.output.write(text));
    hasPrinted = true;
  };
  const showPath = (path: string) => {
    const shown = relative(options.currentFolder, path);
    return shown.startsWith("..") ? path : shown;
  };

  return {
    canvas,
    print,
    reply({ reply, files, delayedMs }) {
      const lines = drawReply(canvas(), reply, { files, delayedMs, showPath });
      if (isInteractive) print(["", ...lines, ""]);
      else print(hasPrinted ? ["", ...lines] : lines);
    },
    picture: (path) => print(drawSaved(canvas(), "Picture:", showPath(path), pathToFileURL(path).href)),
    note: (text) => print([paint(canvas(), [{ text, style: { dim: true } }])]),
    error: (say, hint) => print(drawNotice(canvas(), "error", `${say} ${hint}`.trim())),
  };
}

import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Writable } from "node:stream";
import { type Canvas, paint } from "./draw/canvas.ts";
import { drawNotice, drawSaved } from "./draw/part.ts";
import { drawReply } from "./draw/reply.ts";
import type { OutboxId } from "#core/contract/ids.ts";
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

const MOST_DRAWN = 100;

/** What a screen that cannot be drawn over shows of a reply in the place of another: its title, where it is not right above, and every line that was not there. */
function whatIsNew(before: readonly string[], lines: readonly string[], isNext: boolean): string[] {
  const known = new Set(before);
  const added = lines.filter((line) => line !== "" && !known.has(line));
  const [title = ""] = lines;
  return added.length === 0 || isNext || added.includes(title) ? added : [title, ...added];
}

/** Draws on a terminal or into a pipe. */
export function createView(options: ViewOptions): View {
  const { isInteractive, isPlain, isTty, colour } = options;
  const indent = isInteractive && !isPlain ? "  " : "";
  let hasPrinted = false;
  /** The replies that may yet be redrawn, as they were drawn last; and the one that was drawn last of all. */
  const drawn = new Map<OutboxId, readonly string[]>();
  let last: OutboxId | undefined;
  const remember = (id: OutboxId, lines: readonly string[]): void => {
    drawn.delete(id);
    drawn.set(id, lines);
    const [oldest] = drawn.keys();
    if (drawn.size > MOST_DRAWN && oldest !== undefined) drawn.delete(oldest);
  };
  const canvas = (): Canvas => ({
    columns: Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, options.columns() - indent.length)),
    colour: colour && !isPlain,
    links: isTty && colour && !isPlain,
    plain: isPlain,
  });
  const print = (lines: readonly string[]) => {
    if (lines.length === 0) return;
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
    reply({ outboxId, redraws = outboxId, reply, files, delayedMs }) {
      const lines = drawReply(canvas(), reply, { files, delayedMs, showPath });
      const before = drawn.get(redraws);
      const news = before === undefined ? lines : whatIsNew(before, lines, last === redraws);
      remember(redraws, lines);
      if (news.length === 0) return;
      last = redraws;
      if (before !== undefined) print(news);
      else if (isInteractive) print(["", ...lines, ""]);
      else print(hasPrinted ? ["", ...lines] : lines);
    },
    picture: (path) => print(drawSaved(canvas(), "Picture:", showPath(path), pathToFileURL(path).href)),
    note: (text) => print([paint(canvas(), [{ text, style: { dim: true } }])]),
    error: (say, hint) => print(drawNotice(canvas(), "error", `${say} ${hint}`.trim())),
  };
}

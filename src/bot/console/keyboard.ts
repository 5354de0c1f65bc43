import { createInterface } from "node:readline";
import { type Readable, Writable } from "node:stream";
import type { HistoryFile } from "./history-file.ts";
import type { LinePrompt, LineRead, LineSource } from "./line-source.ts";

export interface KeyboardOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly columns: () => number;
  readonly history: HistoryFile | undefined;
  /** Ctrl-C. `line` is what had been typed. */
  readonly onInterrupt: (line: string) => void;
}

export interface Keyboard extends LineSource {
  /** Gives up the question of a form; false when none is open. */
  cancelForm(): boolean;
  /** Empties the line being typed. */
  clearLine(): void;
}

const MASK = "••••••••";

/**
 * Lines typed at a terminal, with editing, history and typing ahead. Between prompts nothing that is typed is shown:
 * the screen belongs to the answer.
 */
export function openKeyboard(options: KeyboardOptions): Keyboard {
  const { input, output, history } = options;
  let prompt: LinePrompt | undefined;
  let asked: PromiseWithResolvers<LineRead> | undefined;
  let typedAhead: string[] = [];
  let hasEnded = false;
  let isShown = false;

  const gate = createGate(output, options.columns, () => isShown);
  const reader = createInterface({
    input,
    output: gate,
    terminal: true,
    history: history?.read() ?? [],
    historySize: 500,
    removeHistoryDuplicates: true,
    escapeCodeTimeout: 50,
  });
  const settle = (read: LineRead) => {
    const waiting = asked;
    asked = undefined;
    prompt = undefined;
    isShown = false;
    waiting?.resolve(read);
  };
  const clearLine = () => {
    reader.write(null, { ctrl: true, name: "e" });
    reader.write(null, { ctrl: true, name: "u" });
  };
  const show = () => {
    if (prompt === undefined) return;
    if (prompt.isSecret) {
      output.write(prompt.text);
      return;
    }
    // readline first moves up to where it believes the line began.
    output.write("\n".repeat(reader.getCursorPos().rows));
    isShown = true;
    reader.setPrompt(prompt.text);
    reader.prompt(true);
  };
  const hide = () => {
    if (prompt === undefined) return;
    const rows = prompt.isSecret ? 0 : reader.getCursorPos().rows;
    output.write(`\r${rows > 0 ? `\u001B[${rows}A` : ""}\u001B[J`);
    isShown = false;
  };

  reader.on("history", (lines: string[]) => {
    if (prompt?.isRemembered === false) lines.shift();
    else history?.write(lines);
  });
  reader.on("line", (text) => {
    if (prompt === undefined) {
      typedAhead.push(text);
    } else {
      if (prompt.isSecret) output.write(`${MASK}\n`);
      settle({ kind: "line", text });
    }
  });
  reader.on("SIGINT", () => options.onInterrupt(reader.line));
  reader.on("close", () => {
    hasEnded = true;
    if (prompt !== undefined) output.write("\n");
    settle({ kind: "ended" });
  });
  const onKey = (_text: string | undefined, key: { name?: string } | undefined) => {
    if (key?.name === "escape") cancelForm();
  };
  input.on("keypress", onKey);
  const onResize = () => gate.emit("resize");
  output.on("resize", onResize);

  const cancelForm = () => {
    if (prompt === undefined || prompt.isRemembered) return false;
    clearLine();
    output.write("\n");
    settle({ kind: "cancelled" });
    return true;
  };

  return {
    next(next) {
      const early = typedAhead.shift();
      if (early !== undefined) {
        output.write(`${next.text}${early}\n`);
        return Promise.resolve({ kind: "line", text: early });
      }
      if (hasEnded) return Promise.resolve({ kind: "ended" });
      prompt = next;
      asked = Promise.withResolvers();
      show();
      return asked.promise;
    },
    discardTypeAhead() {
      typedAhead = [];
      clearLine();
    },
    around(write) {
      hide();
      write();
      show();
    },
    cancelForm,
    clearLine,
    [Symbol.dispose]() {
      input.off("keypress", onKey);
      output.off("resize", onResize);
      reader.close();
    },
  };
}

/** What readline draws on: the terminal while a prompt is open, nothing while none is or what is typed is secret. */
function createGate(output: Writable, columns: () => number, isOpen: () => boolean): Writable {
  const gate = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (isOpen()) output.write(chunk);
      done();
    },
  });
  return Object.defineProperty(gate, "columns", { get: columns });
}

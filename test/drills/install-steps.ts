import fs, { writeSync } from "node:fs";
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";

/** What a service writes to the disk, counted step by step, until the one it is to die before. */
export interface CountedSteps {
  /** Begins to count once nothing has been written for a moment: what belongs to the start is over then. */
  armWhenQuiet(): Promise<void>;
  arm(): void;
}

/**
 * Counts every write to the disk of this process: each SQL statement that changes something, the bounds of transactions
 * among them, and each call that changes a file. Dies by `SIGKILL` just before the step of the name given; without a name
 * it prints each one. A step is named after what it writes and how often that was written before, and a bound of a
 * transaction after the last such step, so that what else a service happens to write moves no name.
 */
export function countSteps(dieBefore: string | undefined): CountedSteps {
  let isArmed = false;
  let lastAtMs = performance.now();
  let lastOwn = "";
  let boundsSince = 0;
  const times = new Map<string, number>();

  function before(text: string): void {
    lastAtMs = performance.now();
    if (!isArmed) return;
    const isBound = /^(?:begin|savepoint|release|commit|rollback)\b/.test(text);
    if (!isBound) {
      times.set(text, (times.get(text) ?? 0) + 1);
      lastOwn = `${text} #${times.get(text)}`;
    }
    boundsSince = isBound ? boundsSince + 1 : 0;
    const name = isBound ? `${lastOwn} +${boundsSince} ${text}` : lastOwn;
    if (name === dieBefore) process.kill(process.pid, "SIGKILL");
    if (dieBefore === undefined) writeSync(1, `${JSON.stringify({ step: name, text })}\n`);
  }

  watchStatements(before);
  watchFiles(before);
  const arm = (): void => {
    isArmed = true;
    writeSync(1, "armed\n");
  };
  return {
    arm,
    async armWhenQuiet() {
      while (performance.now() - lastAtMs < QUIET_MS) await pause(QUIET_MS / 10);
      arm();
    },
  };
}

/** Longer than any work of a start pauses between two writes. */
const QUIET_MS = 250;

/** Every statement that changes something passes here before it is executed. */
function watchStatements(before: (text: string) => void): void {
  const prepare: unknown = Reflect.get(Sqlite.prototype, "prepare");
  function watched(this: Sqlite.Database, text: string): Sqlite.Statement {
    if (typeof prepare !== "function") throw new Error("the library has changed");
    const statement: Sqlite.Statement = Reflect.apply(prepare, this, [text]);
    if (/^\s*(?:select|pragma|with)\b/i.test(text)) return statement;
    const short = text.trim().replaceAll(/\s+/g, " ").slice(0, 100).toLowerCase();
    return new Proxy(statement, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (name === "run" || name === "all" || name === "get") before(short);
          return Reflect.apply(value, target, args);
        };
      },
    });
  }
  Object.defineProperty(Sqlite.prototype, "prepare", { value: watched });
}

/** Every call that changes a file or a folder, however it was imported. What SQLite does to its own is no call of these. */
function watchFiles(before: (text: string) => void): void {
  for (const [from, holder] of [
    ["fs", fs],
    ["fs/promises", fsPromises],
  ] as const) {
    for (const name of Object.keys(holder)) {
      const call: unknown = Reflect.get(holder, name);
      const kind = name.replace(/Sync$/, "");
      if (typeof call !== "function" || !(kind === "open" || CHANGING.has(kind))) continue;
      Reflect.set(holder, name, (...args: unknown[]): unknown => {
        const isReading = kind === "open" && (typeof args[1] !== "string" || /^rs?$/.test(args[1]));
        if (!isReading) before(`${from}.${name}`);
        return Reflect.apply(call, holder, args);
      });
    }
  }
  syncBuiltinESMExports();
}

/** What goes through a descriptor was opened for it. */
const CHANGING = new Set([
  "appendFile",
  "copyFile",
  "cp",
  "createWriteStream",
  "link",
  "mkdir",
  "mkdtemp",
  "rename",
  "rm",
  "rmdir",
  "symlink",
  "truncate",
  "unlink",
  "writeFile",
]);

import { chmodSync, readFileSync, writeFileSync } from "node:fs";

const MAX_LINES = 500;
/** Long enough to be a key, with letters and digits mixed: not worth remembering, and perhaps not safe to. */
const LOOKS_SECRET = /(?=\S*\d)(?=\S*[A-Za-z])\S{20,}/;

export interface HistoryFile {
  /** Newest first. */
  read(): string[];
  /** Keeps these lines, newest first, but for any that look like a key. Best effort: a history is not worth an error. */
  write(lines: readonly string[]): void;
}

/** What was typed before, in a file that only its owner can read. */
export function openHistoryFile(path: string): HistoryFile {
  return {
    read() {
      try {
        return readFileSync(path, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .slice(-MAX_LINES)
          .reverse();
      } catch {
        return [];
      }
    },
    write(lines) {
      const kept = lines
        .filter((line) => !LOOKS_SECRET.test(line))
        .slice(0, MAX_LINES)
        .reverse();
      try {
        writeFileSync(path, kept.map((line) => `${line}\n`).join(""), { mode: 0o600 });
        chmodSync(path, 0o600);
      } catch {
        // A full or read-only disk is reported by those who must write to it.
      }
    },
  };
}

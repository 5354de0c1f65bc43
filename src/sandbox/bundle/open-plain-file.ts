import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, realpathSync } from "node:fs";

/** What came of opening a file that somebody else may be changing. */
export type PlainFile =
  | {
      readonly state: "read";
      readonly bytes: Uint8Array;
      /** Names of this same file elsewhere. */ readonly links: number;
    }
  | { readonly state: "too_large"; readonly size: number }
  /** A link, a folder, a device, a socket, or not where its path says. */
  | { readonly state: "not_plain" }
  | { readonly state: "unreadable"; readonly why: string };

/**
 * Reads the file at a path in which no part may be a link, whatever is swapped meanwhile: what was opened is asked what it
 * is and where it is, not the path. Never waits, not even on a pipe.
 * @param path absolute, as `realpath` gives it for the folder it is in
 */
export function openPlainFile(path: string, maxBytes: number): PlainFile {
  let file: number;
  try {
    // Opening a pipe would wait for a writer, and a terminal could become this process's own.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const code = codeOf(error);
    // ELOOP is what O_NOFOLLOW says of a link; a socket cannot be opened at all.
    if (code === "ELOOP" || code === "EMLINK" || code === "ENXIO") return { state: "not_plain" };
    return { state: "unreadable", why: code };
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || !isAt(file, stat.ino, path)) return { state: "not_plain" };
    if (stat.size > maxBytes) return { state: "too_large", size: stat.size };
    const bytes = readUpTo(file, maxBytes);
    if (bytes === undefined) return { state: "too_large", size: maxBytes + 1 };
    return { state: "read", bytes, links: stat.nlink };
  } catch (error) {
    return { state: "unreadable", why: codeOf(error) };
  } finally {
    closeSync(file);
  }
}

/** Whether an open file is the one at a path, with no link on the way. Linux knows where it is; elsewhere the path is walked. */
function isAt(file: number, inode: number, path: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${file}`) === path;
  } catch {
    return realpathSync(path) === path && lstatSync(path).ino === inode;
  }
}

/** The whole of an open file, or undefined when it has grown beyond what is allowed. */
function readUpTo(file: number, maxBytes: number): Uint8Array | undefined {
  const chunks: Buffer[] = [];
  let left = maxBytes + 1;
  while (left > 0) {
    const chunk = Buffer.alloc(Math.min(left, 65_536));
    const count = readSync(file, chunk, 0, chunk.length, null);
    if (count === 0) return new Uint8Array(Buffer.concat(chunks));
    chunks.push(chunk.subarray(0, count));
    left -= count;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EIO";
}

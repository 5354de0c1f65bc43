import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { NexusError } from "#core/contract/errors.ts";

/** A whole file that lies in a watched folder. */
export interface DroppedFile {
  readonly path: string;
  readonly name: string;
  /** Of the bytes: the same export dropped twice is the same file. */
  readonly sha256: string;
}

/** What became of looking at a file: it may be gone, be no plain file, or be larger than anybody wants. */
export type LookedFile =
  | { readonly is: "whole"; readonly file: DroppedFile }
  | { readonly is: "gone" | "no_file" | "too_large" };

/** Reads a file through, following no link. @throws what the disk threw, where it is neither gone nor a link */
export async function lookAtFile(path: string, maxBytes: number): Promise<LookedFile> {
  await using file = await openPlain(path);
  if (file === undefined) return { is: "gone" };
  const stats = await file.stat();
  if (!stats.isFile()) return { is: "no_file" };
  if (stats.size > maxBytes) return { is: "too_large" };
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
    hash.update(chunk);
    // It grew while it was read.
    if ((bytes += chunk.length) > maxBytes) return { is: "too_large" };
  }
  return { is: "whole", file: { path, name: basename(path), sha256: hash.digest("hex") } };
}

/**
 * The bytes of a file that was dropped.
 * @throws NexusError file_unreadable | file_too_large
 */
export async function readDroppedFile(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  await using file = await openPlain(path);
  const stats = await file?.stat();
  if (file === undefined || stats?.isFile() !== true) {
    throw new NexusError("file_unreadable", `${path} is gone, or no plain file`, {
      say: `The file ${basename(path)} is not in its folder any more.`,
      hint: "Put it there again.",
    });
  }
  signal.throwIfAborted();
  const bytes = stats.size > maxBytes ? undefined : await file.readFile({ signal });
  // It may have grown since.
  if (bytes !== undefined && bytes.length <= maxBytes) return bytes;
  const limit = maxBytes < 1_048_576 ? `${maxBytes} bytes` : `${Math.floor(maxBytes / 1_048_576)} MiB`;
  throw new NexusError("file_too_large", `${path} has more than ${maxBytes} bytes`, {
    say: `“${basename(path)}” is larger than the ${limit} I read.`,
  });
}

/** Opens a file that is no link; undefined where there is none, or it is a link. */
async function openPlain(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (["ENOENT", "ELOOP", "ENXIO", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

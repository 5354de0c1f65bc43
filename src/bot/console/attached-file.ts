import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename, extname, isAbsolute } from "node:path";
import { fileTooLarge } from "#bot/read-at-most.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Attachment } from "#core/contract/message.ts";

/**
 * Describes a file on this machine by its absolute path, which is also how it is found again.
 * @throws NexusError file_unreadable when it is not there, or is a directory, a device, a pipe
 */
export async function describeFile(path: string): Promise<Attachment> {
  if (!isAbsolute(path) || path.includes("\0")) throw unreadable(path, "is not an absolute path");
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, "cannot be found or opened", error);
  });
  if (!found.isFile()) throw unreadable(path, "is not a regular file");
  const mimeType = MIME_TYPES.get(extname(path).toLowerCase());
  return {
    name: basename(path).slice(0, 255),
    bytes: found.size,
    ref: path,
    ...(mimeType === undefined ? {} : { mimeType }),
  };
}

/**
 * The bytes of a described file.
 * @throws NexusError file_too_large | file_unreadable
 */
export async function readAttachedFile(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  await describeFile(path);
  signal.throwIfAborted();
  // NONBLOCK, should the file have become a pipe that nobody writes to since it was described.
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unreadable(path, "cannot be opened", error);
  });
  const found = await file.stat();
  if (!found.isFile()) throw unreadable(path, "is not a regular file");
  if (found.size > maxBytes) throw fileTooLarge(basename(path), maxBytes);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
    if (bytesRead === 0) return Buffer.concat(chunks, bytes);
    bytes += bytesRead;
    // It may be growing, or be one of those in /proc that claim to be empty.
    if (bytes > maxBytes) throw fileTooLarge(basename(path), maxBytes);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

function unreadable(path: string, why: string, cause?: unknown): NexusError {
  return new NexusError("file_unreadable", `${path} ${why}`, { say: `“${basename(path)}” ${why}.`, cause });
}

const CHUNK_BYTES = 256 * 1024;

const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  [".csv", "text/csv"],
  [".txt", "text/plain"],
  [".md", "text/markdown"],
  [".json", "application/json"],
  [".pdf", "application/pdf"],
  [".ofx", "application/x-ofx"],
  [".qfx", "application/x-ofx"],
  [".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  [".html", "text/html"],
  [".png", "image/png"],
  [".jpg", "image/jpeg"],
  [".jpeg", "image/jpeg"],
]);

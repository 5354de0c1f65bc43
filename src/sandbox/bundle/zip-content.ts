import { crc32, inflateRawSync } from "node:zlib";
import type { Entry } from "yauzl";

/** The content of one entry: as long as its header says, with its checksum, and nothing hidden behind it. */
export function inflateEntry(
  packed: Buffer,
  entry: Pick<Entry, "compressionMethod" | "uncompressedSize" | "crc32">,
): { readonly bytes: Uint8Array } | { readonly problem: string } {
  const size = entry.uncompressedSize;
  const content = entry.compressionMethod === 0 ? packed : inflate(packed, size);
  if (content === undefined) return { problem: `it does not unpack to the ${size} bytes it says` };
  if (content.length !== size) return { problem: `it says ${size} bytes and is ${content.length}` };
  if (crc32(content) !== entry.crc32) return { problem: "its checksum is wrong" };
  return { bytes: new Uint8Array(content) };
}

/** Stops at the size that was declared: a bomb goes off no further than it admits. */
function inflate(packed: Buffer, size: number): Buffer | undefined {
  try {
    const result: unknown = inflateRawSync(packed, { maxOutputLength: Math.max(1, size), info: true });
    if (typeof result !== "object" || result === null || !("buffer" in result) || !("engine" in result))
      return undefined;
    const { buffer, engine } = result;
    if (!Buffer.isBuffer(buffer) || typeof engine !== "object" || engine === null) return undefined;
    const isAllUsed = "bytesWritten" in engine && engine.bytesWritten === packed.length;
    return isAllUsed ? buffer : undefined;
  } catch {
    return undefined;
  }
}

import { NexusError } from "#core/contract/errors.ts";

/**
 * Entries as one row of bytes, exactly those that `digestEntries` is of: sorted by path, each path and each content
 * after its length. So the SHA-256 of what is kept is the name of the bundle.
 */
export function packEntries(entries: ReadonlyMap<string, string | Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const add = (content: string | Uint8Array): void => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeBigUInt64BE(BigInt(bytes.length));
    parts.push(length, bytes);
  };
  for (const [path, content] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(path);
    add(content);
  }
  return Buffer.concat(parts);
}

/** Reads them back. @throws NexusError bundle_changed when that is not what these bytes are */
export function unpackEntries(packed: Uint8Array): Map<string, Uint8Array> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const entries = new Map<string, Uint8Array>();
  let at = 0;
  const next = (): Buffer => {
    if (at + LENGTH_BYTES > bytes.length) throw broken("it ends in the middle");
    const length = bytes.readBigUInt64BE(at);
    const from = at + LENGTH_BYTES;
    if (length > BigInt(bytes.length - from)) throw broken("it ends in the middle");
    at = from + Number(length);
    return bytes.subarray(from, at);
  };
  while (at < bytes.length) {
    const path = asText(next());
    if (entries.has(path)) throw broken("one path is there twice");
    entries.set(path, next());
  }
  return entries;
}

/** Bytes as text. @throws NexusError bundle_changed when they are none */
export function asText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new NexusError("bundle_changed", "what should be text is none", { cause });
  }
}

const LENGTH_BYTES = 8;

function broken(why: string): NexusError {
  return new NexusError("bundle_changed", `kept bytes are no bundle: ${why}`);
}

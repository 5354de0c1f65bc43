/** The binary ends early, or a number in it is not well formed. */
export class MalformedWasm extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = "MalformedWasm";
    this.at = at;
  }
}

/** Reads a stretch of a WebAssembly binary from front to back. Each reading throws MalformedWasm at the stretch's end. */
export interface ByteReader {
  /** Where it stands, in bytes from the start of the binary. */
  at(): number;
  isAtEnd(): boolean;
  byte(): number;
  /** LEB128, at most 32 bits. */
  u32(): number;
  /** LEB128 of 32, 33 or 64 bits: its value is not looked at. */
  skipSigned(bits: 32 | 33 | 64): void;
  skip(bytes: number): void;
  /** UTF-8 after its length. */
  name(): string;
  /** How many of something follow. Each takes a byte at least, so a list longer than what is left is a lie. */
  count(): number;
  /** The next bytes, as a stretch of their own; this reader goes on after them. */
  part(bytes: number): ByteReader;
}

/** Opens the bytes from `start` up to `end`. */
export function readBytes(bytes: Uint8Array, start: number, end: number): ByteReader {
  let position = start;

  const byte = (): number => {
    const value = position < end ? bytes[position] : undefined;
    if (value === undefined) throw new MalformedWasm("it ends in the middle of something", position);
    position += 1;
    return value;
  };
  const skip = (count: number): void => {
    if (count > end - position) throw new MalformedWasm("something in it is longer than it is", position);
    position += count;
  };
  const u32 = (): number => {
    const from = position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const next = byte();
      // Of the fifth byte only four bits belong to the number.
      if (shift === 28 && next > 0x0f) break;
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
    throw new MalformedWasm("a number is too long", from);
  };

  return {
    at: () => position,
    isAtEnd: () => position >= end,
    byte,
    u32,
    skip,
    skipSigned(bits) {
      const from = position;
      const longest = Math.ceil(bits / 7);
      for (let read = 0; read < longest; read += 1) if (byte() < 0x80) return;
      throw new MalformedWasm("a number is too long", from);
    },
    name() {
      const length = u32();
      const from = position;
      skip(length);
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(from, position));
      } catch {
        throw new MalformedWasm("a name is not UTF-8", from);
      }
    },
    count() {
      const from = position;
      const count = u32();
      if (count > end - position) throw new MalformedWasm("a list is longer than the binary", from);
      return count;
    },
    part(length) {
      const from = position;
      skip(length);
      return readBytes(bytes, from, position);
    },
  };
}

/** The part of the engine's own WebAssembly that compiles; its declarations come with those of browsers only. */
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => Compiled };

/** Compiled code, ready for any number of instances. */
export interface Compiled {
  readonly compiled?: never;
}

const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;
const PAGES_A_MIB = 16;

/**
 * Compiles a WebAssembly binary so that its memory cannot grow beyond `mib`: that limit is V8's own, and nothing the code
 * inside does can go over it.
 * @throws Error when the binary has no memory of its own
 */
export function compileLimited(binary: Uint8Array, mib: number): Compiled {
  return new WebAssembly.Module(limitMemory(binary, Math.floor(mib * PAGES_A_MIB)));
}

/** The same binary, its memory with a maximum. */
function limitMemory(binary: Uint8Array, pages: number): Uint8Array {
  let at = HEADER_BYTES;
  /** Numbers in the binary are LEB128: seven bits a byte, lowest first. */
  const read = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at] ?? 0;
      at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < binary.length) {
    const start = at;
    const section = read();
    const end = read() + at;
    if (section === MEMORY_SECTION) {
      const memories = read();
      read();
      const limits = [memories, HAS_MAXIMUM, ...encode(read()), ...encode(pages)];
      return join([
        binary.subarray(0, start),
        [MEMORY_SECTION, ...encode(limits.length), ...limits],
        binary.subarray(end),
      ]);
    }
    at = end;
  }
  throw new Error("the binary has no memory");
}

function encode(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...encode(value >>> 7)];
}

function join(parts: readonly ArrayLike<number>[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The part of the engine's own WebAssembly that runs. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => Compiled;
  readonly Instance: new (module: Compiled, imports: object) => { readonly exports: object };
};

/** Compiled code, ready for any number of instances. */
export interface Compiled {
  readonly compiled?: never;
}

/** One call's own copy of a module: its memory has seen no other call. */
export interface Instance {
  /** Hands over one event and gives back the answer. Both are JSON. Throws whatever the module trapped on. */
  handle(event: string): string;
}

/** The module broke the interface. The message is made here and fit to be told. */
export class BrokenInterface extends Error {
  override readonly name = "BrokenInterface";
}

/** `allocate` had no room left for what the host wanted to hand over. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

/** The answer is longer than the host is willing to read. */
export class LongAnswer extends Error {
  override readonly name = "LongAnswer";
}

/** Compiles a binary that inspection has let through. */
export function compile(bytes: Uint8Array): Compiled {
  return new WebAssembly.Module(bytes);
}

/**
 * Opens a fresh instance and initialises it.
 * @param maxAnswerBytes longest answer that is read
 */
export function openInstance(module: Compiled, maxAnswerBytes: number): Instance {
  const { exports } = new WebAssembly.Instance(module, {});
  const memory: unknown = Reflect.get(exports, "memory");
  const call = (name: string, ...args: number[]): unknown => {
    const found: unknown = Reflect.get(exports, name);
    if (typeof found !== "function") throw new BrokenInterface(`the module exports no function ${name}`);
    return Reflect.apply(found, undefined, args);
  };
  /** A stretch of the module's memory as it is now: when it grows, the old view is empty. */
  const view = (pointer: number, length: number, whose: string): Uint8Array => {
    const buffer: unknown = typeof memory === "object" && memory !== null ? Reflect.get(memory, "buffer") : undefined;
    if (!(buffer instanceof ArrayBuffer)) throw new BrokenInterface("the module exports no memory");
    if (pointer + length > buffer.byteLength) {
      throw new BrokenInterface(`${whose} points outside of memory: ${length} bytes at ${pointer}`);
    }
    return new Uint8Array(buffer, pointer, length);
  };
  if ("_initialize" in exports) call("_initialize");

  return {
    handle(event) {
      const bytes = new TextEncoder().encode(event);
      const pointer = Number(call("allocate", bytes.length)) >>> 0;
      if (pointer === 0) throw new NoRoom("the module has no memory left for what it was given");
      view(pointer, bytes.length, "allocate").set(bytes);
      const packed: unknown = call("handle", pointer, bytes.length);
      if (typeof packed !== "bigint") throw new BrokenInterface("handle gives no number of 64 bits");
      const answer = BigInt.asUintN(64, packed);
      const length = Number(answer & 0xffff_ffffn);
      const found = view(Number(answer >> 32n), length, "the answer of handle");
      if (length > maxAnswerBytes) throw new LongAnswer(`the answer of handle is ${length} bytes`);
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(found);
      } catch {
        throw new BrokenInterface("the answer of handle is not UTF-8");
      }
    },
  };
}

/**
 * Fences the language in, once per runner, in the snapshot its isolates start from: a clock that stands still, numbers
 * from a seed, buffers of one size, no code made of text. What is left is gathered by `gather.ts` and frozen by
 * `frame.ts` in every context.
 *
 * A script and no module, for a snapshot knows no modules: it imports and exports nothing but types.
 */
export interface Language {
  /** Sets the clock and the seed of this context. */
  begin(nowMs: number, seed: string): void;
  now(): number;
  random(): number;
  /**
   * Globals to delete. Eval and WebAssembly make code, shared memory and weak references make clocks, the console is the
   * host's. Not in the snapshot: V8 looks for them when it opens a context, and ends the process when they are gone.
   */
  readonly banned: readonly string[];
}

(() => {
  const { getPrototypeOf, defineProperty } = Object;
  const { ownKeys, getOwnPropertyDescriptor, construct, apply, deleteProperty } = Reflect;
  let now = 0;
  let seed: readonly [number, number, number, number] = [1, 2, 3, 4];

  fixClock();
  fixBuffers();
  denyFunctionConstructors();
  allowOverrides();
  const language: Language = {
    begin(nowMs, seedText) {
      now = nowMs;
      seed = hash(seedText);
    },
    now: () => now,
    random,
    banned: [
      "eval",
      "WebAssembly",
      "SharedArrayBuffer",
      "Atomics",
      "FinalizationRegistry",
      "WeakRef",
      "console",
      "Temporal",
      "ShadowRealm",
    ],
  };
  defineProperty(globalThis, "nexusLanguage", { value: language, configurable: true });

  /** sfc32: small, fast and good enough for samples and shuffles; never for secrets. */
  function random(): number {
    const [a, b, c, counter] = seed;
    const sum = (a + b + counter) | 0;
    seed = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + sum) | 0, (counter + 1) | 0];
    return (sum >>> 0) / 4_294_967_296;
  }

  /** Four 32-bit words from any seed (FNV-1a, differently started). */
  function hash(seedText: string): [number, number, number, number] {
    const word = (start: number): number => {
      let value = start;
      for (let index = 0; index < seedText.length; index += 1) {
        value = Math.imul(value ^ seedText.charCodeAt(index), 16_777_619);
      }
      return value;
    };
    return [word(0x811c9dc5), word(0x9e3779b9), word(0x243f6a88), word(0xb7e15162)];
  }

  function fixClock(): void {
    const RealDate = Date;
    const FixedDate = function (this: unknown, ...args: unknown[]): unknown {
      if (new.target === undefined) return new RealDate(now).toString();
      return construct(RealDate, args.length === 0 ? [now] : args, new.target);
    };
    FixedDate.prototype = RealDate.prototype;
    defineProperty(FixedDate, "name", { value: "Date" });
    defineProperty(FixedDate, "length", { value: 7 });
    defineProperty(FixedDate, "now", { value: () => now });
    defineProperty(FixedDate, "parse", { value: RealDate.parse });
    defineProperty(FixedDate, "UTC", { value: RealDate.UTC });
    defineProperty(RealDate.prototype, "constructor", { value: FixedDate });
    defineProperty(globalThis, "Date", { value: FixedDate, writable: true, configurable: true });
    defineProperty(Math, "random", { value: () => random() });

    // Intl.DateTimeFormat reads the real clock when it is given no date.
    const formats = Intl.DateTimeFormat.prototype;
    const realFormat: () => (date?: number | Date) => string =
      getOwnPropertyDescriptor(formats, "format")?.get ?? denied("format");
    const realParts: (date?: number | Date) => unknown =
      getOwnPropertyDescriptor(formats, "formatToParts")?.value ?? denied("formatToParts");
    defineProperty(formats, "format", {
      get(this: unknown) {
        const format = apply<unknown, [], (date?: number | Date) => string>(realFormat, this, []);
        return (date?: number | Date) => format(date ?? now);
      },
    });
    defineProperty(formats, "formatToParts", {
      value(this: unknown, date?: number | Date) {
        return apply(realParts, this, [date ?? now]);
      },
    });
  }

  /** Resizable buffers are not counted by the isolate's memory limit, so there are none. */
  function fixBuffers(): void {
    const RealBuffer = ArrayBuffer;
    for (const name of ["resize", "transfer", "transferToFixedLength"]) deleteProperty(RealBuffer.prototype, name);
    const FixedBuffer = function (this: unknown, length: unknown): unknown {
      if (new.target === undefined) throw new TypeError("ArrayBuffer must be called with new");
      return construct(RealBuffer, [length], new.target);
    };
    FixedBuffer.prototype = RealBuffer.prototype;
    defineProperty(FixedBuffer, "name", { value: "ArrayBuffer" });
    defineProperty(FixedBuffer, "isView", { value: (value: unknown) => RealBuffer.isView(value) });
    defineProperty(RealBuffer.prototype, "constructor", { value: FixedBuffer });
    defineProperty(globalThis, "ArrayBuffer", { value: FixedBuffer, writable: true, configurable: true });
  }

  function denied(what: string): () => never {
    return () => {
      throw new TypeError(`${what} is not available to modules`);
    };
  }

  function denyFunctionConstructors(): void {
    const NoFunction = denied("Function");
    NoFunction.prototype = Function.prototype;
    const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
    for (const kind of kinds) {
      const prototype: unknown = getPrototypeOf(kind);
      defineProperty(prototype, "constructor", { value: NoFunction, writable: false, configurable: false });
    }
    defineProperty(globalThis, "Function", { value: NoFunction, writable: false, configurable: false });
  }

  /**
   * A frozen prototype also forbids `error.name = "…"` on objects that inherit from it. For the names ordinary code
   * assigns, the prototype keeps its value behind a setter that defines the name on the object itself.
   */
  function allowOverrides(): void {
    const errors = [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
    for (const prototype of [Object.prototype, ...errors.map((error) => error.prototype)]) {
      for (const key of ownKeys(prototype)) {
        const descriptor = getOwnPropertyDescriptor(prototype, key);
        if (descriptor === undefined || !("value" in descriptor) || descriptor.configurable !== true) continue;
        const inherited: unknown = descriptor.value;
        defineProperty(prototype, key, {
          get: () => inherited,
          set(this: unknown, value: unknown) {
            if (this === prototype) throw new TypeError("the language's own objects cannot be changed");
            defineProperty(this, key, { value, writable: true, enumerable: true, configurable: true });
          },
          enumerable: false,
          configurable: false,
        });
      }
    }
  }
})();

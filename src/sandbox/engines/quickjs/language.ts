/**
 * Fences the language in, inside QuickJS, once per runner in the memory every call is a copy of: numbers from a seed,
 * buffers of one size, no code made of text, and everything frozen. A module finds what it finds in V8.
 */
import { alignLanguage } from "./align.ts";

const { freeze, getPrototypeOf, defineProperty } = Object;
const { ownKeys, getOwnPropertyDescriptor, construct, deleteProperty } = Reflect;
/** Eval makes code, shared memory and weak references make clocks, `InternalError` exists nowhere else. */
const BANNED = ["eval", "SharedArrayBuffer", "Atomics", "FinalizationRegistry", "WeakRef", "InternalError"] as const;

let seed: readonly [number, number, number, number] = [1, 2, 3, 4];

alignLanguage();
fixDate();
fixBuffers();
denyFunctionConstructors();
hide(Math, "random", random);
for (const name of BANNED) deleteProperty(globalThis, name);
allowOverrides();
freezeIntrinsics();

/** Seeds `random`: the same text gives the same numbers in every engine. */
export function setSeed(seedText: string): void {
  // Four 32-bit words from any text (FNV-1a, differently started).
  const word = (start: number): number => {
    let value = start;
    for (let index = 0; index < seedText.length; index += 1) {
      value = Math.imul(value ^ seedText.charCodeAt(index), 16_777_619);
    }
    return value;
  };
  seed = [word(0x811c9dc5), word(0x9e3779b9), word(0x243f6a88), word(0xb7e15162)];
}

/** sfc32: small, fast and good enough for samples and shuffles; never for secrets. In [0, 1). */
export function random(): number {
  const [a, b, c, counter] = seed;
  const sum = (a + b + counter) | 0;
  seed = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + sum) | 0, (counter + 1) | 0];
  return (sum >>> 0) / 4_294_967_296;
}

function hide(target: object, name: string, value: unknown): void {
  defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}

/** QuickJS's own clock stands still already. The function is replaced so that it looks as it does in V8. */
function fixDate(): void {
  const RealDate = Date;
  const FixedDate = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate().toString();
    return construct(RealDate, args, new.target);
  };
  FixedDate.prototype = RealDate.prototype;
  hide(FixedDate, "name", "Date");
  hide(FixedDate, "length", 7);
  for (const name of ["now", "parse", "UTC"] as const) hide(FixedDate, name, RealDate[name]);
  hide(RealDate.prototype, "constructor", FixedDate);
  hide(globalThis, "Date", FixedDate);
}

/** V8's memory limit does not count buffers that grow, so there are none in either engine. */
function fixBuffers(): void {
  const RealBuffer = ArrayBuffer;
  for (const name of ["resize", "transfer", "transferToFixedLength"]) deleteProperty(RealBuffer.prototype, name);
  const FixedBuffer = function (this: unknown, length: unknown): unknown {
    if (new.target === undefined) throw new TypeError("ArrayBuffer must be called with new");
    return construct(RealBuffer, [length], new.target);
  };
  FixedBuffer.prototype = RealBuffer.prototype;
  hide(FixedBuffer, "name", "ArrayBuffer");
  hide(FixedBuffer, "isView", (value: unknown) => RealBuffer.isView(value));
  hide(RealBuffer.prototype, "constructor", FixedBuffer);
  hide(globalThis, "ArrayBuffer", FixedBuffer);
}

function denyFunctionConstructors(): void {
  const NoFunction = (): never => {
    throw new TypeError("Function is not available to modules");
  };
  NoFunction.prototype = Function.prototype;
  const fixed = { value: NoFunction, writable: false, enumerable: false, configurable: false };
  for (const kind of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    const prototype: unknown = getPrototypeOf(kind);
    defineProperty(prototype, "constructor", fixed);
  }
  defineProperty(globalThis, "Function", fixed);
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

function freezeIntrinsics(): void {
  const seen = new Set<unknown>([globalThis]);
  const harden = (value: unknown): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
    seen.add(freeze(value));
    harden(getPrototypeOf(value));
    hardenKeys(value);
  };
  const hardenKeys = (value: object): void => {
    for (const key of ownKeys(value)) {
      const descriptor = getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      harden("value" in descriptor ? descriptor.value : descriptor.get);
      harden(descriptor.set);
    }
  };
  hardenKeys(globalThis);
  // Not reachable by name: the prototypes of functions, generators and iterators.
  const hidden = [
    async function () {},
    function* () {},
    async function* () {},
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    ""[Symbol.iterator](),
    "".matchAll(/./g),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    [].values().map(() => undefined),
  ];
  for (const value of hidden) harden(getPrototypeOf(value));
}

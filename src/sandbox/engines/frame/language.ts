import { fixDate } from "./clock.ts";
import { define } from "./define.ts";
import { random } from "./random.ts";

const { getPrototypeOf, defineProperty } = Object;
const { ownKeys, getOwnPropertyDescriptor, construct, deleteProperty } = Reflect;
/**
 * Eval and WebAssembly make code, shared memory and weak references make clocks, the console is the host's, and the rest
 * only one engine has.
 */
const BANNED =
  "eval WebAssembly SharedArrayBuffer Atomics FinalizationRegistry WeakRef console Temporal ShadowRealm InternalError";

/**
 * Fences the language in: a clock that stands still, numbers from a seed, buffers of one size, no code made of text. What
 * is left by then is to be frozen, or a module could put itself between the frame and the language.
 */
export function fenceLanguage(): void {
  fixDate();
  define(Math, { random: () => random() });
  fixBuffers();
  denyFunctionConstructors();
  allowOverrides();
}

/** Deletes the globals no module may have. */
export function dropBanned(): void {
  for (const name of BANNED.split(" ")) deleteProperty(globalThis, name);
}

/** V8's memory limit does not count buffers that grow, so there are none in any engine. */
function fixBuffers(): void {
  const RealBuffer = ArrayBuffer;
  for (const name of ["resize", "transfer", "transferToFixedLength"]) deleteProperty(RealBuffer.prototype, name);
  const FixedBuffer = function (this: unknown, length: unknown): unknown {
    if (new.target === undefined) throw new TypeError("ArrayBuffer must be called with new");
    return construct(RealBuffer, [length], new.target);
  };
  FixedBuffer.prototype = RealBuffer.prototype;
  const isView = (value: unknown): boolean => RealBuffer.isView(value);
  define(FixedBuffer, { name: "ArrayBuffer", isView });
  define(RealBuffer.prototype, { constructor: FixedBuffer });
  define(globalThis, { ArrayBuffer: FixedBuffer });
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

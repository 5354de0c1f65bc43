/**
 * Runs inside the isolate, in every fresh context, before a byte of the module does. It fences the language in, and is
 * the only code there that holds a way out (`Ask`). The runner compiles this file's text as a module of its own, so
 * nothing of it can be reached from module code; for the same reason it imports nothing.
 *
 * Everything that crosses to the host is a string made here, while the intrinsics are known to be untouched: a host
 * that copies strange objects runs their getters and proxies.
 */

/** The host, as a function reference of isolated-vm. Never handed on to module code. */
interface Ask {
  apply(receiver: undefined, args: readonly string[], options: object): Promise<string>;
  applyIgnored(receiver: undefined, args: readonly string[], options: object): void;
}

interface Settings {
  readonly fetches: number;
  readonly calls: number;
  readonly logLines: number;
  readonly outputChars: number;
  readonly argumentChars: number;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  readonly sample: "off" | "allowed" | "required";
}

const { parse, stringify } = JSON;
/** Whatever a module passes where text belongs. */
const text = String;
const { freeze, getPrototypeOf, defineProperty, create, assign, values } = Object;
const { ownKeys, getOwnPropertyDescriptor, construct, apply, deleteProperty } = Reflect;

let now = 0;
let seed: [number, number, number, number] = [1, 2, 3, 4];

/** Everything this file puts into the language, to be frozen with the rest of it. */
const ours: unknown[] = [];

fenceLanguage();

/** Sets the clock and the seed of this context. Comes before the module is evaluated. */
export function begin(nowMs: number, seedText: string): void {
  now = nowMs;
  seed = hash(seedText);
}

/**
 * Calls the module's function. The answer's first letter says how it ended: `c` completed (output as JSON), `f` failed
 * (the module's own message), `o` too much output.
 */
export async function call(
  capability: (input: unknown, nexus: object) => unknown,
  ask: Ask,
  settingsJson: string,
  inputJson: string,
): Promise<string> {
  const settings: Settings = parse(settingsJson);
  try {
    const output = await capability(parse(inputJson), openNexus(ask, settings));
    const json = stringify(output) ?? "null";
    return json.length > settings.outputChars ? "o" : `c${json}`;
  } catch (error) {
    return `f${messageOf(error)}`;
  }
}

/** The error's own message and nothing else of it: no getter is run, no prototype asked. */
function messageOf(error: unknown): string {
  try {
    if (typeof error === "string") return error.slice(0, 2000);
    if (typeof error === "object" && error !== null) {
      const own: unknown = getOwnPropertyDescriptor(error, "message")?.value;
      if (typeof own === "string") return own.slice(0, 2000);
    }
  } catch {
    // A proxy's trap threw: it has no message then.
  }
  return "the module threw something without a message";
}

function openNexus(ask: Ask, settings: Settings): object {
  // Without a prototype, so that nothing a module does to objects can change how isolated-vm transfers.
  const awaited = freeze(assign(create(null), { result: freeze(assign(create(null), { promise: true })) }));
  const ignored = freeze(create(null));
  let calls = 0;
  let fetches = 0;
  let lines = 0;

  const cross = (verb: string, args: readonly unknown[]): Promise<string> => {
    calls += 1;
    if (calls > settings.calls) return endless(calls === settings.calls + 1 ? "calls" : undefined);
    const json = stringify(args);
    if (json.length > settings.argumentChars) return endless("output");
    return ask.apply(undefined, [verb, json], awaited);
  };
  /** The call is over: the host hears of it once and stops the runner; the module waits for ever. */
  const endless = (what: string | undefined): Promise<string> => {
    if (what !== undefined) ask.applyIgnored(undefined, ["overrun", what], ignored);
    return new Promise(() => {});
  };

  return freeze({
    fetch: freeze(async (url: string, init: unknown = {}) => {
      fetches += 1;
      if (fetches > settings.fetches) {
        return { ok: false, code: "too_many_calls", detail: `at most ${settings.fetches} requests a call` };
      }
      let args: readonly unknown[];
      try {
        args = parse(stringify([text(url), init]));
      } catch {
        return { ok: false, code: "denied", detail: "the request is not plain data" };
      }
      return parse(await cross("fetch", args));
    }),
    log: freeze((message: string) => {
      lines += 1;
      if (lines <= settings.logLines) ask.applyIgnored(undefined, ["log", text(message).slice(0, 2000)], ignored);
    }),
    cache: freeze({
      get: freeze(async (key: string) => parse(await cross("cacheGet", [text(key)])).value),
      set: freeze(async (key: string, value: unknown, ttlS: number) => {
        await cross("cacheSet", [text(key), value ?? null, ttlS]);
      }),
    }),
    files: freeze({
      list: freeze(async (prefix: string = "") => parse(await cross("fileList", [text(prefix)])).value ?? []),
      read: freeze(async (path: string) => parse(await cross("fileRead", [text(path)])).value),
      write: freeze(async (path: string, content: string) => {
        await cross("fileWrite", [text(path), text(content)]);
      }),
      remove: freeze(async (path: string) => {
        await cross("fileRemove", [text(path)]);
      }),
    }),
    now: freeze(() => new Date(now)),
    random: freeze(random),
    asker: freeze({ locale: settings.asker.locale, timeZone: settings.asker.timeZone }),
    sample: settings.sample,
  });
}

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

function fenceLanguage(): void {
  fixClock();
  fixBuffers();
  denyFunctionConstructors();
  // Eval and Wasm make code, shared memory and weak references make clocks, console belongs to the host.
  for (const name of [
    "eval",
    "WebAssembly",
    "SharedArrayBuffer",
    "Atomics",
    "FinalizationRegistry",
    "WeakRef",
    "console",
    "Temporal",
    "ShadowRealm",
  ]) {
    deleteProperty(globalThis, name);
  }
  Error.stackTraceLimit = 10;
  allowOverrides();
  freezeIntrinsics();
}

function define(target: unknown, key: PropertyKey, descriptor: PropertyDescriptor): void {
  defineProperty(target, key, descriptor);
  ours.push(...values(descriptor));
}

function fixClock(): void {
  const RealDate = Date;
  const FixedDate = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now).toString();
    return construct(RealDate, args.length === 0 ? [now] : args, new.target);
  };
  FixedDate.prototype = RealDate.prototype;
  define(FixedDate, "name", { value: "Date" });
  define(FixedDate, "length", { value: 7 });
  define(FixedDate, "now", { value: () => now });
  define(FixedDate, "parse", { value: RealDate.parse });
  define(FixedDate, "UTC", { value: RealDate.UTC });
  define(RealDate.prototype, "constructor", { value: FixedDate });
  define(globalThis, "Date", { value: FixedDate, writable: true, configurable: true });
  define(Math, "random", { value: random });

  // Intl.DateTimeFormat reads the real clock when it is given no date.
  const formats = Intl.DateTimeFormat.prototype;
  const realFormat: () => (date?: number | Date) => string =
    getOwnPropertyDescriptor(formats, "format")?.get ?? denied("format");
  const realParts: (date?: number | Date) => unknown =
    getOwnPropertyDescriptor(formats, "formatToParts")?.value ?? denied("formatToParts");
  define(formats, "format", {
    get(this: unknown) {
      const format = apply<unknown, [], (date?: number | Date) => string>(realFormat, this, []);
      return (date?: number | Date) => format(date ?? now);
    },
  });
  define(formats, "formatToParts", {
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
  define(FixedBuffer, "name", { value: "ArrayBuffer" });
  define(FixedBuffer, "isView", { value: (value: unknown) => RealBuffer.isView(value) });
  define(RealBuffer.prototype, "constructor", { value: FixedBuffer });
  define(globalThis, "ArrayBuffer", { value: FixedBuffer, writable: true, configurable: true });
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
    define(prototype, "constructor", { value: NoFunction, writable: false, configurable: false });
  }
  define(globalThis, "Function", { value: NoFunction, writable: false, configurable: false });
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
      define(prototype, key, {
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

/** What `gather.ts` walked to, and whatever has come into the language since. */
function freezeIntrinsics(): void {
  const gathered: unknown = Reflect.get(globalThis, "nexusIntrinsics");
  deleteProperty(globalThis, "nexusIntrinsics");
  if (!Array.isArray(gathered)) throw new Error("the snapshot holds no intrinsics");
  const seen = new Set<unknown>([globalThis]);
  const grown: object[] = [];
  for (const [intrinsic, keys] of gathered) {
    seen.add(freeze(intrinsic));
    // V8 adds its newest functions (`Promise.try`) when it opens a context, after the snapshot.
    if (ownKeys(intrinsic).length !== keys) grown.push(intrinsic);
  }
  const harden = (value: unknown): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
    seen.add(value);
    freeze(value);
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
  for (const made of ours) harden(made);
  for (const object of grown) hardenKeys(object);
  hardenKeys(globalThis);
}

import { define } from "#sandbox/engines/frame/define.ts";
import { compareTexts } from "./collation.ts";

/** QuickJS's own kind of error, which no other engine has. */
declare const InternalError: ErrorConstructor;

const { freeze, defineProperty } = Object;
const { apply, deleteProperty, getOwnPropertyDescriptor } = Reflect;

/**
 * Makes QuickJS's language that of the other engine, before it is frozen: what only QuickJS has is taken away, and what
 * needs Intl says so instead of answering something else.
 */
export function alignLanguage(): void {
  fixErrors();
  fixDates();
  dropNews();
  denyIntl();
  denyLanguages();
}

/**
 * `prepareStackTrace` is a setter here, which works on a frozen `Error` too, and the call sites it is given hold the
 * functions of whoever is on the stack.
 */
function fixErrors(): void {
  deleteProperty(Error, "prepareStackTrace");
  deleteProperty(Error, "stackTraceLimit");
  define(Error, { stackTraceLimit: 10 });
  freeze(InternalError.prototype);
  freeze(InternalError);
}

/** The zone is UTC for every module; QuickJS leaves out its name. */
function fixDates(): void {
  for (const name of ["toString", "toTimeString"]) {
    const real: () => string = getOwnPropertyDescriptor(Date.prototype, name)?.value ?? missing(name);
    define(Date.prototype, {
      [name](this: unknown): string {
        const text = apply<unknown, [], string>(real, this, []);
        return text.endsWith("GMT+0000") ? `${text} (Coordinated Universal Time)` : text;
      },
    });
  }
}

/** QuickJS is ahead of Node's V8 in these: a module that used them would run here and fail there. */
function dropNews(): void {
  const news: readonly [target: object, names: readonly string[]][] = [
    [globalThis, ["queueMicrotask", "performance"]],
    [Iterator, ["concat", "zip", "zipKeyed"]],
    [Iterator.prototype, ["chunks", "includes", "join", "windows"]],
    [Map.prototype, ["getOrInsert", "getOrInsertComputed"]],
    [WeakMap.prototype, ["getOrInsert", "getOrInsertComputed"]],
    [Math, ["sumPrecise"]],
    [Uint8Array, ["fromBase64", "fromHex"]],
    [Uint8Array.prototype, ["setFromBase64", "setFromHex", "toBase64", "toHex"]],
    [ArrayBuffer.prototype, ["immutable", "sliceToImmutable", "transferToImmutable"]],
    [Function.prototype, ["fileName", "lineNumber", "columnNumber"]],
  ];
  for (const [target, names] of news) for (const name of names) deleteProperty(target, name);
}

function missing(what: string): () => never {
  return () => {
    throw new TypeError(`${what} needs Intl, which QuickJS does not have: this module runs only where V8 does`);
  };
}

const INTL =
  "Collator DateTimeFormat DisplayNames DurationFormat ListFormat Locale NumberFormat PluralRules RelativeTimeFormat Segmenter getCanonicalLocales supportedValuesOf";

function denyIntl(): void {
  const intl = {};
  for (const name of INTL.split(" ")) {
    defineProperty(intl, name, { get: missing(`Intl.${name}`), enumerable: false, configurable: false });
  }
  define(globalThis, { Intl: intl });
  for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) {
    define(Date.prototype, { [name]: missing(`Date.prototype.${name}`) });
  }
  define(Number.prototype, { toLocaleString: missing("Number.prototype.toLocaleString") });
  define(BigInt.prototype, { toLocaleString: missing("BigInt.prototype.toLocaleString") });
}

/** Texts without a language are the same everywhere, and most modules sort them so. */
function denyLanguages(): void {
  define(String.prototype, {
    localeCompare(this: unknown, other: unknown, locales?: unknown, options?: unknown): number {
      const isPlain = options === undefined && (locales === undefined || locales === "en" || locales === "en-US");
      const order = isPlain ? compareTexts(String(this), String(other)) : undefined;
      return order ?? missing("this use of String.prototype.localeCompare")();
    },
  });
  for (const name of ["toLocaleLowerCase", "toLocaleUpperCase"]) {
    const real: () => string = getOwnPropertyDescriptor(String.prototype, name)?.value ?? missing(name);
    define(String.prototype, {
      [name](this: unknown, locales?: unknown): string {
        if (locales !== undefined) missing(`String.prototype.${name} with a language`)();
        return apply<unknown, [], string>(real, this, []);
      },
    });
  }
}

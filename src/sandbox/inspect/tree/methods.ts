import { asText, capped, type Constant, isList, type Known, MAX_LIST, MAX_TEXT, UNKNOWN } from "./constant.ts";

/** A function of the module that can be worked out for constants. */
export type Callable = (...args: Constant[]) => Known;

type Argument = Constant | Callable;

/** What a method of a text or list gives, for those that code is disguised with. */
export function callMethod(receiver: Constant, name: string, args: readonly Argument[]): Known {
  if (name === "toString" && args.length === 0) return asText(receiver);
  if (typeof receiver === "string") return callText(receiver, name, args.filter(isConstant));
  if (isList(receiver)) return callList(receiver, name, args);
  return UNKNOWN;
}

/** What a function of the language gives, by its full name: `String.fromCharCode`. */
export function callGlobal(name: string, args: readonly Constant[]): Known {
  const [first] = args;
  const compute = MATH.get(name);
  if (compute) return args.every(isNumber) ? compute(...args.filter(isNumber)) : UNKNOWN;
  switch (name) {
    case "String":
      return args.length === 0 ? "" : asText(first);
    case "Number":
    case "parseInt":
    case "parseFloat":
      return typeof first === "string" || typeof first === "number" ? Number(first) : UNKNOWN;
    case "BigInt":
      return typeof first === "number" && Number.isSafeInteger(first) ? BigInt(first) : UNKNOWN;
    case "String.fromCharCode":
      return args.every(isNumber) ? String.fromCharCode(...args.map(Number)) : UNKNOWN;
    case "String.fromCodePoint":
      return args.every((code) => isNumber(code) && code >= 0 && code <= 0x10_ffff)
        ? String.fromCodePoint(...args.map(Number))
        : UNKNOWN;
    case "Array.of":
      return args;
    case "Array.from":
      return typeof first === "string" ? Array.from(first) : isList(first) && args.length === 1 ? first : UNKNOWN;
    case "Object.keys":
      return first instanceof Map ? [...first.keys()] : UNKNOWN;
    case "Object.values":
      return first instanceof Map ? [...first.values()] : UNKNOWN;
    case "Object.freeze":
      return first;
    case "decodeURIComponent":
    case "decodeURI":
      return typeof first === "string" ? orUnknown(() => decodeURIComponent(first)) : UNKNOWN;
    case "JSON.parse":
      return typeof first === "string" ? orUnknown(() => fromJson(JSON.parse(first))) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

const { pow, abs, ceil, floor, round, trunc, sqrt, max, min } = Math;
const MATH: ReadonlyMap<string, (...args: number[]) => number> = new Map(
  Object.entries({ pow, abs, ceil, floor, round, trunc, sqrt, max, min }).map(([name, compute]) => [
    `Math.${name}`,
    (...args: number[]) => Reflect.apply(compute, undefined, args),
  ]),
);

function callText(text: string, name: string, args: readonly Constant[]): Known {
  const [first, second] = args;
  const numbers = args.filter(isNumber);
  switch (name) {
    case "toLowerCase":
    case "toLocaleLowerCase":
      return text.toLowerCase();
    case "toUpperCase":
    case "toLocaleUpperCase":
      return text.toUpperCase();
    case "trim":
    case "trimStart":
    case "trimEnd":
      return text[name]();
    case "normalize":
      return text.normalize();
    case "concat":
      return args.reduce<Known>((whole, part) => join(whole, asText(part)), text);
    case "slice":
    case "substring":
    case "substr":
    case "at":
    case "charAt":
    case "charCodeAt":
    case "codePointAt":
      return numbers.length === args.length ? ofText(text, name, numbers) : UNKNOWN;
    case "replace":
    case "replaceAll":
      return typeof first === "string" && typeof second === "string" ? capped(text[name](first, second)) : UNKNOWN;
    case "split":
      return typeof first === "string" || first === undefined ? text.split(first ?? "\0").slice(0, MAX_LIST) : UNKNOWN;
    case "repeat":
      return isNumber(first) && first >= 0 && text.length * first <= MAX_TEXT ? text.repeat(first) : UNKNOWN;
    case "padStart":
    case "padEnd":
      return isNumber(first) && first <= MAX_TEXT && typeof second === "string" ? text[name](first, second) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function ofText(text: string, name: string, [from = 0, to]: readonly number[]): Known {
  switch (name) {
    case "slice":
      return text.slice(from, to);
    case "substring":
      return text.substring(from, to);
    case "substr":
      return text.slice(from, to === undefined ? undefined : from + to);
    case "at":
      return text.at(from);
    case "charAt":
      return text.charAt(from);
    default:
      return name === "charCodeAt" ? text.charCodeAt(from) : text.codePointAt(from);
  }
}

function callList(list: readonly Constant[], name: string, args: readonly Argument[]): Known {
  const [first, second] = args;
  const between = typeof first === "string" ? first : first === undefined ? "," : UNKNOWN;
  switch (name) {
    case "join": {
      const texts = list.map((one) => (one === null || one === undefined ? "" : asText(one)));
      if (between === UNKNOWN || texts.includes(UNKNOWN)) return UNKNOWN;
      return capped(texts.map(String).join(between));
    }
    case "reverse":
    case "toReversed":
      return list.toReversed();
    case "sort":
    case "toSorted":
      return args.length === 0 && list.every(isText) ? list.filter(isText).toSorted() : UNKNOWN;
    case "concat":
      return args.every(isConstant) ? list.concat(...args.filter(isConstant)).slice(0, MAX_LIST) : UNKNOWN;
    case "slice":
      return list.slice(isNumber(first) ? first : 0, isNumber(second) ? second : undefined);
    case "at":
      return isNumber(first) ? list.at(first) : UNKNOWN;
    case "pop":
      return list.at(-1);
    case "shift":
      return list[0];
    case "flat":
      return flat(list);
    case "map":
      return typeof first === "function" ? known(list.map((one, at) => first(one, at))) : UNKNOWN;
    case "flatMap": {
      const parts = typeof first === "function" ? known(list.map((one, at) => first(one, at))) : UNKNOWN;
      return isList(parts) ? flat(parts) : UNKNOWN;
    }
    case "filter":
      return typeof first === "function" ? filter(list, first) : UNKNOWN;
    case "reduce":
    case "reduceRight": {
      if (typeof first !== "function") return UNKNOWN;
      const values = name === "reduce" ? [...list] : list.toReversed();
      const start = args.length > 1 ? second : values.shift();
      if (typeof start === "function") return UNKNOWN;
      return values.reduce<Known>((sum, one) => (sum === UNKNOWN ? UNKNOWN : first(sum, one)), start);
    }
    default:
      return UNKNOWN;
  }
}

function flat(list: readonly Constant[]): Known {
  const parts = list.flatMap((one) => (isList(one) ? one : [one]));
  return parts.length > MAX_LIST ? UNKNOWN : parts;
}

function filter(list: readonly Constant[], test: Callable): Known {
  const verdicts = list.map((one) => test(one));
  return verdicts.includes(UNKNOWN) ? UNKNOWN : list.filter((_, at) => Boolean(verdicts[at]));
}

function known(list: readonly Known[]): Known {
  const constants = list.filter((one) => one !== UNKNOWN);
  return constants.length === list.length ? constants : UNKNOWN;
}

function join(one: Known, other: string | typeof UNKNOWN): Known {
  return typeof one === "string" && typeof other === "string" ? capped(one + other) : UNKNOWN;
}

function fromJson(value: unknown): Known {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null) {
    return value;
  }
  if (Array.isArray(value)) return known(value.slice(0, MAX_LIST).map(fromJson));
  return UNKNOWN;
}

function orUnknown(compute: () => Known): Known {
  try {
    return compute();
  } catch {
    return UNKNOWN;
  }
}

function isConstant(value: Argument): value is Constant {
  return typeof value !== "function";
}

function isText(value: Argument): value is string {
  return typeof value === "string";
}

function isNumber(value: Argument): value is number {
  return typeof value === "number";
}

import { expect, test } from "vitest";
import { body, errorsOf, inspect, placeOfMark } from "#test/inspection-kit.ts";

/** Each reaches for a function's constructor, or another way into the language, in its own disguise. */
const DENIED: readonly (readonly [string, string])[] = [
  ["by its name", "return [].▸constructor"],
  ["STA-001: put together, and in a template", "return [][▸'con' + 'structor'][`constructor`]('return 1')()"],
  ["STA-002: with an escape", "return [].▸\\u0063onstructor"],
  ["STA-004: by taking an object apart", "const { ▸constructor: C } = async () => {}; return C"],
  ["STA-005: by a key that stands elsewhere", "const k = 'constructor'; const { [▸k]: C } = []; return C"],
  ["ESC-004: of a generator", "return (async function*(){}).▸constructor('x')"],
  ["behind a question mark", "return input?.[▸'constructor']"],
  ["with octal digits spelled as hexadecimal", "return input[▸'\\x63onstructor']"],
  ["letter by letter", "return input[▸['con', 'struct', 'or'].join('')]"],
  ["backwards", "return input[▸'rotcurtsnoc'.split('').reverse().join('')]"],
  ["backwards, spread", "return input[▸[...'rotcurtsnoc'].reverse().join('')]"],
  ["as numbers", "return input[▸String.fromCharCode(99, 111, 110, 115, 116, 114, 117, 99, 116, 111, 114)]"],
  [
    "as numbers in a list",
    "return input[▸[99,111,110,115,116,114,117,99,116,111,114].map((c) => String.fromCharCode(c)).join('')]",
  ],
  ["summed up", "return input[▸['con', 'structor'].reduce((a, b) => a + b)]"],
  ["with concat", "return input[▸'con'.concat('structor')]"],
  ["with a replacement", "return input[▸'cXstructor'.replace('X', 'on')]"],
  ["in another size", "return input[▸'CONSTRUCTOR'.toLowerCase()]"],
  ["cut out of something longer", "return input[▸'xconstructorx'.slice(1, -1)]"],
  ["in JSON", "return input[▸JSON.parse('\"constructor\"')]"],
  ["in percents", "return input[▸decodeURIComponent('%63onstructor')]"],
  ["in a table", "const T = { a: { b: 'constructor' } }; return input[▸T.a.b]"],
  ["as a table's key", "return input[▸Object.keys({ constructor1: 1 })[0].slice(0, 11)]"],
  ["by an own function", "const k = () => 'con' + 'structor'; return input[▸k()]"],
  [
    "by an own function with arguments",
    "const k = (a: string, b: string) => a + b; return input[▸k('con', 'structor')]",
  ],
  ["on one side of a choice", "return input[▸input.x ? 'a' : 'constructor']"],
  ["when nothing else is there", "return input[▸input.x ?? 'constructor']"],
  ["in a variable that grows", "let k = 'con'; k += 'structor'; return input[▸k]"],
  ["as one of many", "for (const k of ['a', 'constructor']) { input[▸k]; }"],
  ["given to an own function", "const get = (o: any, k: string) => o[▸k]; return get([], 'constructor')"],
  ["given by a list", "return ['a', 'constructor'].map((k) => input[▸k])"],
  ["as a default", "const get = (o: any, k = 'constructor') => o[▸k]; return get([])"],
  ["with String.raw", "return input[▸String.raw`constructor`]"],
  ["behind a comma", "return input[(▸0, 'constructor')]"],
  ["in a pattern", "return input[▸/constructor/.source]"],
  ["as a function's name", "function constructor1() {} return input[▸constructor1.name.slice(0, 11)]"],
  ["as another function's name", "return input[▸(function constructor() {}).name]"],
  ["in an error", "return input[▸new Error('constructor').message]"],
  ["in a symbol", "return input[▸Symbol('constructor').description]"],
  ["in a list taken apart", "const [, k] = ['a', 'constructor']; return input[▸k]"],
  ["with its prototype", "return input.▸__proto__"],
  ["to write", "input.▸__proto__ = {}; return 1"],
  ["in an object", "return { ▸__proto__: input }"],
  ["of the class above", "class A extends Map { x() { return super.▸constructor } } return new A()"],
  ["of what called it", "return arguments.▸callee"],
  ["of its caller", "function f() { return f.▸caller } return f()"],
  ["of descriptors", "return Object.▸getOwnPropertyDescriptor(input, 'a')"],
  ["of prototypes", "return Object.▸getPrototypeOf(input)"],
  ["by defining", "Object.▸defineProperty(input, 'a', { value: 1 }); return 1"],
  ["of getters", "return input.▸__lookupGetter__('a')"],
  ["of stacks", "Error.▸captureStackTrace(input); return 1"],
  ["of private parts of a class", "class A { static ['▸constructor']() {} } return A".replace("['▸", "[▸'")],
];

test.each(DENIED)("a constructor or prototype reached for %s is found where it stands", (_how, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`prop.denied ${placeOfMark(code)}`);
});

test.each([
  ["prop.prototype", "return Array.▸prototype"],
  ["prop.prototype", "const { ▸prototype } = Array; return prototype"],
  ["prop.accessor", "return { ▸get a() { return 1 } }"],
  ["prop.accessor", "return { ▸set a(v: number) {} }"],
  ["prop.thenable", "return { ▸then(done: any) { done(1) } }"],
  ["prop.thenable", "class A { ▸then() {} } return new A()"],
  ["prop.thenable", "const o: any = {}; o.▸then = () => 1; return o"],
  ["prop.thenable", "return { [▸'th' + 'en']: input.f }"],
  ["prop.tojson", "return { ▸toJSON: () => ({ ok: true }) }"],
  ["prop.symbol", "return { [Symbol.▸toPrimitive]() { return 1 } }"],
  ["prop.symbol", "class A { static [Symbol.▸hasInstance]() { return true } } return A"],
  ["prop.symbol", "const { ▸species } = Symbol; return species"],
  ["prop.symbol", "const S = Symbol; return S.▸toStringTag"],
  ["prop.symbol", "return Symbol.▸for('k')"],
])("%s: %s", (rule, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`${rule} ${placeOfMark(code)}`);
});

test.each([
  [
    "a class with a constructor",
    "class A { n: number; constructor() { this.n = 0 } get twice() { return this.n * 2 } } return new A().twice",
  ],
  ["a check for a name", "return Object.keys(input).filter((k) => k !== 'constructor' && k !== '__proto__')"],
  ["STA-036: a reviver that drops a name", "return JSON.parse(input.s, (k, v) => (k === '__proto__' ? undefined : v))"],
  ["a borrowed method", "return Object.prototype.hasOwnProperty.call(input, 'a')"],
  ["a promise's then", "return nexus.cache.get('a').then((v: any) => v)"],
  ["data that speaks of then", "return { if: 'rain', then: 'umbrella' }"],
  ["data of callers and species", "return [input.call.caller, input.pet.species, input.stack]"],
  ["an iterator of its own", "return { *[Symbol.iterator]() { yield 1 } }"],
  ["a description of a date", "return new Date(0).toJSON()"],
  ["words about constructors", "return { text: 'constructor' }"],
  ["a table with a plain key", "const T = { a: 1, b: 2 }; return T['a' + '']"],
])("%s is let through", (_what, statements) => {
  expect(errorsOf(body(statements))).toEqual([]);
});

test("a key that is known only at run time is a warning, a number is none", () => {
  const code = body("return input[▸input.k]");
  expect(inspect(code)).toContainEqual(
    expect.objectContaining({
      rule: "prop.dynamic-key",
      severity: "warning",
      line: 1,
      column: Number(placeOfMark(code).split(":")[1]),
    }),
  );
  const counted = body(
    "for (let i = 0; i < input.length; i++) input[i] = input[i + 1] ?? input[input.length - 1]; return input",
  );
  expect(inspect(counted).map(({ rule }) => rule)).not.toContain("prop.dynamic-key");
});

test("a key that another file exports is known here too", () => {
  const files = {
    "module.ts": 'import { K } from "./below/k.ts";\nexport function run(input: any) { return input[▸K] }',
    "below/k.ts": 'export const K = "con" + "structor";',
  };
  expect(errorsOf(files)).toContain(`prop.denied ${placeOfMark(files["module.ts"])}`);
});

test("a member of nexus that does not exist is a warning", () => {
  expect(inspect(body("return nexus.secret('KEY')")).map(({ rule }) => rule)).toContain("prop.unknown-nexus");
});

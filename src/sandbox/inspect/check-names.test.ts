import { expect, test } from "vitest";
import { inspectModule } from "./inspect-module.ts";
import { body, errorsOf, inspect, manifestWith, placeOfMark } from "#test/inspection-kit.ts";

test.each([
  ["eval", "return (0, ▸eval)('1')"],
  ["eval under another name", "const e = ▸eval; return e('1')"],
  ["a function made of text", "return new ▸Function('return 1')()"],
  ["the host's process", "return typeof ▸process"],
  ["require", "return ▸require('fs')"],
  ["the global object", "return ▸globalThis.Object"],
  ["parts of the global object", "const { Object: O } = ▸globalThis; return O"],
  ["a name on the global object", "return 'fetch' in ▸globalThis"],
  ["timers", "▸setTimeout(() => {}, 1)"],
  ["the network", "return ▸fetch('https://api.example.com/v1/')"],
  ["Reflect", "return ▸Reflect.construct(Map, [])"],
  ["a proxy", "return new ▸Proxy({}, {})"],
  ["shared memory", "return new ▸SharedArrayBuffer(8)"],
  ["atomics", "▸Atomics.wait(input, 0, 0)"],
  ["WebAssembly", "return typeof ▸WebAssembly"],
  ["weak references", "return new ▸WeakRef(input)"],
  ["finalizers", "return new ▸FinalizationRegistry(() => {})"],
  ["another realm", "return new ▸ShadowRealm()"],
  ["stacks of resources", "return new ▸DisposableStack()"],
  ["errors that hide others", "throw new ▸SuppressedError(1, 2)"],
  ["what isolated-vm hands in", "return ▸ivm.Isolate"],
  ["the host of an evaluation", "return ▸__fetch('u')"],
  ["old escapes", "return ▸unescape('%63')"],
  ["a name that nobody declared", "▸leak = input; return 1"],
  ["a name behind a question mark", "return ▸process?.env"],
  ["a name declared elsewhere only", "if (input) { const inner = 1; inner; } return ▸inner"],
  ["a parameter outside its function", "const f = (hidden: number) => hidden; f(1); return ▸hidden"],
])("%s is not there for a module", (_what, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`global.denied ${placeOfMark(code)}`);
});

test("nexus is no global: the hint says where it comes from", () => {
  const findings = inspect("export async function run() { return nexus.now() }");
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: "global.denied", hint: expect.stringContaining("second argument") }),
  );
});

test.each([
  ["REF and ESC cases' own names, when an evaluation says so", ["__fetch", "__log"], []],
  ["no other name", ["__log"], ["global.denied"]],
])("an evaluation may allow more globals: %s", (_what, allowGlobals, rules) => {
  const sources = new Map([
    [
      "module.ts",
      body("__log('x'); return __fetch('u')").replace(
        "__log('x');",
        allowGlobals.includes("__log") ? "__log('x');" : "",
      ),
    ],
  ]);
  const { findings } = inspectModule({ sources, manifest: manifestWith(), allowGlobals });
  expect(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)).toEqual(rules);
});

test.each([
  ["JSON", "▸JSON.stringify = () => '{}'; return 1"],
  ["ESC-028: a prototype's method", "▸Array.prototype.map = () => []; return 1"],
  ["STA-025: every object", "▸Object.prototype.polluted = 1; return 1"],
  ["STA-026: several at once", "▸Object.assign(Array.prototype, { map() {} }); return 1"],
  ["ESC-007: how stacks are shown", "▸Error.prepareStackTrace = () => 1; return 1"],
  ["RES-041: how long stacks are", "▸Error.stackTraceLimit = Infinity; return 1"],
  ["under another name", "const P = Promise; ▸P.resolve = () => 1; return 1"],
  ["by counting", "▸Math.PI++; return 1"],
  ["by deleting", "delete ▸Map.prototype.get; return 1"],
  ["by taking apart", "[▸JSON.parse] = [() => 1]; return 1"],
  ["by a loop", "for (▸JSON.parse of [1]) {} return 1"],
  ["a method with a key made at run time", "▸Array.prototype[input.k] = 1; return 1"],
  ["itself", "▸Map = Set; return 1"],
])("%s of the language cannot be changed", (_what, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`intrinsic.write ${placeOfMark(code)}`);
});

test.each([
  ["a constant", "const ▸JSON = { parse: () => 1 }; return JSON.parse()"],
  ["a parameter", "const f = (▸Object: any) => Object; return f(1)"],
  ["a function", "function ▸Promise() {} return Promise"],
  ["undefined", "const ▸undefined = 1; return undefined"],
  ["what is caught", "try { input() } catch (▸Error) { return Error } return 1"],
])("%s with a name of the language is refused", (_what, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`scope.shadow-intrinsic ${placeOfMark(code)}`);
});

test.each([
  [
    "own names that other hosts have",
    "const process = (rows: any[]) => rows.length; const { fetch } = nexus; fetch('https://api.example.com/v1/'); return process([])",
  ],
  ["a var used above", "x = 1; var x; return x"],
  ["a function used above", "return late(); function late() { return 1 }"],
  ["what is caught and what is not", "try { input() } catch { return 1 } return 2"],
  [
    "loops, labels and switches",
    "outer: for (const a of input) { switch (a) { case 1: { const b = a; if (b) continue outer; break } default: break outer } } return 1",
  ],
  ["parts of parts", "const { a: { b = 1 } = {}, ...rest } = input; const [c, , ...d] = rest.list; return [b, c, d]"],
  ["arguments", "return arguments.length"],
  [
    "classes with private parts",
    "class A { #n = 1; static s = 2; get() { return this.#n } has(o: any) { return #n in o } } return new A().get() + A.s",
  ],
  ["an own table that is filled", "const table: any = Object.assign({}, input); table.a = 1; return table"],
  [
    "every global that modules have",
    "return [new Map(), new Set(), Math.max(1), JSON.stringify({}), Intl, Symbol.iterator, BigInt(1), encodeURIComponent(''), new Uint8Array(1), Number.isFinite(1)]",
  ],
])("%s are let through", (_what, statements) => {
  expect(errorsOf(body(statements))).toEqual([]);
});

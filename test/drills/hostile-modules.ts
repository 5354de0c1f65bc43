import type { SeededRandom } from "./seeded-random.ts";

/** A module that means harm: what it tries, and its source. */
export interface HostileModule {
  readonly kind: string;
  readonly source: string;
}

type Write = (random: SeededRandom) => string;

/** Statements by what they attack. Each stands in the body of `run(input, nexus)`; numbers and forms are drawn anew. */
const ATTACKS: Readonly<Record<string, readonly Write[]>> = {
  loop: [
    () => "for (;;);",
    () => "for (;;) await null;",
    () => `await nexus.cache.get("x"); for (;;);`,
    () => `for (;;) { await nexus.cache.get("x"); for (let i = 0; i < 1e5; i += 1); }`,
    () => "try { for (;;); } finally { for (;;); }",
    () => "function* g() { for (;;) yield 1; } for (const x of g()) ;",
    () => "for (let i = 0; ; i += 1) { try { throw i; } catch {} }",
    (random) => `let n = 0; while (n < ${random.between(1, 9)}e9) n += 1;`,
  ],
  memory: [
    (random) =>
      `const all = []; for (;;) all.push(new Array(${random.between(1, 2000)}).fill(${random.between(0, 9)}.5));`,
    () =>
      `let text = "x"; const all = []; for (;;) { text += text; all.push(text); void text.charCodeAt(5); if (text.length > 4e8) text = "y"; }`,
    () => "const all = new Map(); for (let i = 0; ; i += 1) all.set(i, { i });",
    (random) =>
      `const all = []; for (;;) { const b = new Uint8Array(${random.between(1, 16)} << 18); for (let i = 0; i < b.length; i += 4096) b[i] = 1; all.push(b); }`,
    (random) => `const all = {}; for (let i = 0; i < ${random.between(1, 40)}e5; i += 1) all["key " + i] = i;`,
    () => `const v = new Array(1e8); for (let i = v.length; i > 0; i -= 1) v[i] = 0;`,
    () => `const all = []; for (let i = 0; ; i += 1) all.push(Symbol.for("s" + i));`,
    () => "for (;;) { try { new Float64Array(1e9); } catch {} }",
  ],
  recursion: [
    () => "const down = () => down() + 1; try { down(); } catch {} down();",
    () => `const down = () => { try { return down(); } catch (error) { nexus.log("deep"); throw error; } }; down();`,
    () => "const o = { toJSON() { return [o, JSON.stringify(o)]; } }; return o;",
    (random) =>
      `let p = {}; for (let i = 0; i < ${random.between(1, 200)}e3; i += 1) p = new Proxy(p, {}); return p.x;`,
    (random) => `let deep = []; for (let i = 0; i < ${random.between(1, 100)}e3; i += 1) deep = [deep]; return deep;`,
    (random) => `return JSON.parse("[".repeat(${random.between(1, 1000)}e3) + "]".repeat(1e6));`,
  ],
  flood: [
    (random) =>
      `for (let i = 0; i < ${random.between(1, 50)}e4; i += 1) nexus.log("x".repeat(${random.between(1, 20)}e3));`,
    (random) => `for (let i = 0; i < ${random.between(1, 20)}e3; i += 1) void nexus.cache.get("k" + i);`,
    (random) =>
      `const all = []; for (let i = 0; i < 999; i += 1) all.push(nexus.cache.set("k", "x".repeat(${random.between(1, 300)}e3), 60)); await Promise.all(all);`,
    () => `for (;;) await nexus.fetch("https://a.example/");`,
    () => `await Promise.all(Array.from({ length: 5000 }, (_, i) => nexus.fetch("https://a.example/" + i)));`,
    () => `for (let i = 0; ; i += 1) await nexus.files.write("f" + i, "x".repeat(1e5));`,
    () => `nexus.fetch("https://a.example/").then(() => { for (;;) nexus.log("after"); }); return 1;`,
  ],
  native: [
    (random) => `return Array(${random.between(1, 20)}e8).fill(0).length;`,
    (random) => `let x = 2n ** (2n ** ${random.between(16, 23)}n); for (;;) x = x * x;`,
    (random) => `return (2n ** (2n ** ${random.between(18, 26)}n)).toString().length;`,
    (random) => `return /(a+)+$/.test("a".repeat(${random.between(25, 60)}) + "b");`,
    (random) => `return /(x*x*x*x*)*y/.test("x".repeat(${random.between(50, 500)}));`,
    (random) => `return "x".repeat(2 ** ${random.between(20, 29)} - 30).split("").reverse().join("").length;`,
    (random) => `return "a".repeat(${random.between(1, 40)}e3).replaceAll("a", "b".repeat(2e4)).length;`,
    (random) =>
      `return Array.from({ length: ${random.between(1, 20)}e5 }, () => nexus.random()).sort((a, b) => (a < b ? -1 : 1)).length;`,
    () => `for (;;) new Intl.DateTimeFormat("en", { timeZone: "Asia/Kolkata" }).format();`,
    () => "const a = []; a.push(a); return a.flat(Infinity);",
  ],
  promise: [
    () => "await new Promise(() => {});",
    (random) => `for (let i = 0; i < ${random.between(1, 20)}e3; i += 1) Promise.reject(new Error("lost " + i));`,
    () => "Promise.reject(new Proxy({}, { get() { for (;;); } })); return 1;",
    () => "const make = () => ({ then(resolve) { resolve(make()); } }); return make();",
    () => "return { then() { for (;;); } };",
    () => "(async () => { for (;;) await null; })(); return 1;",
    () => `nexus.cache.get("x").then(() => { for (;;); }); return 1;`,
  ],
  result: [
    () => "return { get x() { for (;;); } };",
    () => "return new Proxy({}, { ownKeys() { for (;;); } });",
    () => "const a = []; a.push(a); return a;",
    () => "return 10n ** 100n;",
    (random) => `return "x".repeat(${random.between(1, 400)}e5);`,
    (random) =>
      `return Object.fromEntries(Array.from({ length: ${random.between(1, 10)}e5 }, (_, i) => ["k" + i, 1]));`,
    () => `return JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');`,
    () => `throw { get message() { for (;;); } };`,
    () => "throw new Proxy({}, { get() { for (;;); }, getPrototypeOf() { for (;;); } });",
    () => "throw null;",
    () => `const error = new Error("x"); Object.defineProperty(error, "stack", { get() { for (;;); } }); throw error;`,
    () => "return { toJSON() { for (;;); } };",
  ],
  escape: [
    () => `return { escaped: typeof (() => {}).constructor("return process")() === "object" };`,
    () => `return { escaped: (await import("node:fs")) !== undefined };`,
    () =>
      `return { escaped: ["process", "require", "fetch", "WebAssembly", "SharedArrayBuffer"].some((name) => name in globalThis) };`,
    () => `Object.prototype.polluted = 1; return { escaped: true };`,
    () => `nexus.fetch.constructor("return 1")(); return { escaped: true };`,
    () => `JSON.stringify = () => '{"forged":1}'; return { escaped: true };`,
    () =>
      `Error.prepareStackTrace = (error, frames) => frames[0].getThis(); return { escaped: new Error("x").stack !== undefined };`,
    () =>
      `let e; try { nexus.log({ toString() { throw new Error("x"); } }); } catch (error) { e = error; } return { escaped: e.constructor.constructor("return 1")() === 1 };`,
  ],
};

/** What comes before: harmless, so that the attack begins at another moment and from another stack. */
const PRELUDES: readonly Write[] = [
  () => "",
  () => `await nexus.cache.get("before");`,
  () => "await null;",
  (random) => `for (let i = 0; i < ${random.between(1, 1000)}; i += 1) nexus.random();`,
  () => `await nexus.fetch("https://a.example/");`,
];

/** Draws a hostile module: an attack, sometimes two, somewhere in its code. */
export function writeHostileModule(random: SeededRandom): HostileModule {
  const kinds = Object.keys(ATTACKS);
  const kind = pick(random, kinds);
  const attack = pick(random, ATTACKS[kind] ?? [])(random);
  const prelude = pick(random, PRELUDES)(random);
  const second = random.between(0, 3) === 0 ? pick(random, ATTACKS[pick(random, kinds)] ?? [])(random) : "";
  // In blocks of their own, for they use the same names.
  const body = `{ ${prelude} } { ${attack} } { ${second} }`;
  const forms = [
    `export async function run(input, nexus) { ${body} }`,
    `async function inner(input, nexus) { ${body} } export const run = (input, nexus) => inner(input, nexus);`,
    `export async function run(input, nexus) { const all = [0, 1].map(async () => { ${body} }); return (await Promise.allSettled(all))[0].value; }`,
    `export async function run(input, nexus) { try { ${body} } catch (error) { nexus.log(String(error)); throw error; } }`,
  ];
  return { kind, source: pick(random, forms) };
}

function pick<T>(random: SeededRandom, from: readonly T[]): T {
  const picked = from[random.between(0, from.length - 1)];
  if (picked === undefined) throw new Error("there is nothing to choose from");
  return picked;
}

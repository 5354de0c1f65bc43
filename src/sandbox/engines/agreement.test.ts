import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import type { PooledCall } from "#sandbox/runner-pools.ts";
import { startEngines } from "#test/engine-kit.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());

const both = (body: string, more: Partial<PooledCall> = {}): Promise<[v8: SandboxOutcome, quickjs: SandboxOutcome]> =>
  Promise.all([kit.run("v8", body, more), kit.run("quickjs", body, more)]);

describe("the two engines for scripts", () => {
  test("give the same numbers for the same seed, again and again, and others for another", async () => {
    const body = "return [nexus.random(), Math.random(), ...Array.from({ length: 50 }, () => nexus.random())];";
    const texts = new Set<string>();
    for (const seed of ["", "seed", "sëed 😀"]) {
      const outcomes = [...(await both(body, { seed })), ...(await both(body, { seed }))];
      const outputs = new Set(outcomes.map((outcome) => JSON.stringify(outputOf(outcome))));
      expect(outputs.size).toBe(1);
      for (const text of outputs) texts.add(text);
    }
    expect(texts.size).toBe(3);
  });

  test("answer the same to ordinary code, byte for byte", async () => {
    const input = { names: ["Ågot", "anna", "Zoë", "Émile", "bob", "10", "9", "_x", "Bob"] };
    const [one, other] = await both(ORDINARY, { input });
    expect(JSON.stringify(outputOf(other), null, 1)).toBe(JSON.stringify(outputOf(one), null, 1));
  });

  test("show a module the same names, but for where a stack is kept and what old regular expressions leave behind", async () => {
    const outcomes = await both(LOOK_AROUND);
    const [one, other] = outcomes.map((outcome) => new Set(z.array(z.string()).parse(outputOf(outcome))));
    expect(one?.size).toBeGreaterThan(600);
    expect([...(other ?? [])].filter((name) => one?.has(name) !== true)).toEqual(["Error.prototype.stack"]);
    const missing = [...(one ?? [])].filter((name) => other?.has(name) !== true);
    expect(missing.filter((name) => !/^RegExp\.(?:\$|input|last|left|right)/.test(name))).toEqual([]);
  });

  test.each([
    `return new Intl.NumberFormat("de").format(1.5);`,
    `return (1234.5).toLocaleString();`,
    `return new Date().toLocaleDateString("en-CA");`,
    `return ["ö", "z"].sort(new Intl.Collator("sv").compare);`,
    `return "ö".localeCompare("z", "sv");`,
    `return "東".localeCompare("京");`,
    `return "I".toLocaleLowerCase("tr");`,
  ])("differ in Intl: QuickJS refuses by that name what it would answer otherwise: %s", async (body) => {
    const [one, other] = await both(body);
    expect(one).toMatchObject({ status: "completed" });
    expect(other).toMatchObject({ status: "failed", message: expect.stringContaining("needs Intl, which QuickJS") });
  });
});

function outputOf(outcome: SandboxOutcome): unknown {
  expect(outcome).toMatchObject({ status: "completed" });
  return outcome.status === "completed" ? outcome.output : undefined;
}

/** What modules do all day: texts, lists, dates, regular expressions, classes, generators, errors and their like. */
const ORDINARY = String.raw`
  class Money {
    static unit = "CAD"; static { this.made = 0; } #cents = 0; amount = 1;
    constructor(cents) { this.#cents = cents; } get cents() { return this.#cents; }
  }
  const sorted = input.names.toSorted((a, b) => a.localeCompare(b));
  const rows = "a,1\nb,2\na,3".split("\n").map((line) => line.split(","));
  const sums = Object.entries(Object.groupBy(rows, ([key]) => key)).map(([key, list]) => [key, list.length]);
  function* count() { for (let i = 0; i < 5; i += 1) yield i; }
  const lazy = count().filter((n) => n % 2 === 0).map((n) => n * 10).take(2).toArray();
  const sets = [...new Set([1, 2, 3]).intersection(new Set([2, 3, 4]))];
  const found = "2026-03-04T05:06".match(/(?<y>\d{4})-(?<m>\d\d)/u).groups;
  const replaced = "x1y22".replaceAll(/\d+/g, (n) => "<" + n + ">");
  const all = await Promise.allSettled([Promise.resolve(1), Promise.reject(new Error("no"))]);
  const raced = await Promise.any([new Promise(() => {}), Promise.resolve("won")]);
  const later = await Array.fromAsync((async function* () { yield 1; yield 2; })());
  let caught; try { null.x; } catch (error) { caught = [error instanceof TypeError, error.name]; }
  const { a: [first, ...rest] = [], ...others } = { a: [1, 2, 3], z: 1, y: 2 };
  const dates = [new Date(Date.UTC(2024, 1, 29)).toISOString(), new Date("2024-02-29").getUTCDay(),
    Date.parse("2024-02-29T10:00:00+02:00"), new Date(2024, 0, 31, 12).toJSON(), new Date(NaN).getTime(),
    new Date(0).toUTCString(), new Date(0).toDateString(), new Date(0).toString(), Date.parse("Thu, 01 Jan 2026 00:00:00 GMT")];
  const numbers = [0.1 + 0.2, (1.005).toFixed(2), (1234.5678).toPrecision(6), 1e21, -0, Number("0x1f"), parseInt("12px"),
    (255).toString(16), Math.round(2.5), 2 ** 0.5, Math.max(), 7 % -3, 1 / 3, Math.trunc(-4.7), 5e-324, Number("")];
  const texts = ["ﬁn".normalize("NFKC"), "ß".toUpperCase(), "İ".toLowerCase().length, "a-b_c".split(/[-_]/), "😀x".at(-1),
    [..."😀x"].length, "abc".padStart(5, "*"), encodeURIComponent("é&/ "), decodeURI("%C3%A9"), "  t ".trim(),
    "\ud800".isWellFormed(), /^\p{Lu}/u.test("É"), "aXbX".split("X", 1), "a".codePointAt(0), escape("é")];
  const bytes = [...new Uint8Array([1, 256, -1])]; const view = new DataView(new ArrayBuffer(8)); view.setFloat32(0, 1.5);
  const map = new Map([[NaN, 1], [{}, 2]]); const weak = new WeakMap(); weak.set(map, 1);
  const json = JSON.stringify({ u: undefined, d: new Date(0), n: NaN, in: { list: [undefined, () => 1] } }, null, 2);
  let disposed = 0; { using held = { [Symbol.dispose]: () => { disposed += 1; } }; }
  return { sorted, sums, lazy, sets, found: { ...found }, replaced, all: all.map((r) => r.value ?? r.reason.message), raced,
    later, caught, first, rest, others, dates, numbers, texts, bytes, view: view.getUint8(0), map: [map.get(NaN), map.size],
    weak: weak.get(map), json, money: [new Money(5).cents, Money.unit, Money.made, new Money(1)], big: String(2n ** 70n),
    order: Object.keys({ b: 1, 2: 1, a: 1, 1: 1 }), flat: [1, [2, [3]]].flat(Infinity), with: [1, 2, 3].with(1, 9),
    last: [1, 2, 3].findLast((n) => n < 3), disposed, upper: "é".toLocaleUpperCase() };`;

/** Every name there is, by the object it stands on, but for the shapes that functions and Intl have. */
const LOOK_AROUND = String.raw`
  const names = []; const seen = new Set();
  const look = (value, path) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      if (typeof value === "function" && ["length", "name", "prototype", "arguments", "caller"].includes(key)) continue;
      names.push(path + "." + String(key));
    }
  };
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    names.push(name);
    if (name === "globalThis" || name === "Intl") continue;
    look(globalThis[name], name);
    if (typeof globalThis[name] === "function") look(globalThis[name].prototype, name + ".prototype");
  }
  look(Object.getPrototypeOf(Uint8Array), "TypedArray");
  look(Object.getPrototypeOf(Uint8Array).prototype, "TypedArray.prototype");
  look(Object.getPrototypeOf([].values()), "ArrayIterator");
  look(Object.getPrototypeOf([].values().map((x) => x)), "IteratorHelper");
  look(Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())), "Generator");
  look(nexus, "nexus"); look(nexus.cache, "nexus.cache"); look(nexus.files, "nexus.files");
  return names;`;

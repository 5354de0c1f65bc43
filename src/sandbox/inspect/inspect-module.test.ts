import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Finding } from "#core/contract/validation.ts";
import { body, errorsOf, inspect, manifestWith } from "#test/inspection-kit.ts";
import { inspectModule } from "./inspect-module.ts";

const folder = new URL("../../modules/", import.meta.url);
const ours = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => readFileSync(new URL(path, folder), "utf8"));

const SNIPPETS = [
  "[",
  "]",
  "(",
  ")",
  "{",
  "}",
  "`",
  "${",
  "=>",
  "...",
  "class ",
  "async ",
  "yield ",
  "import ",
  "export ",
  "#a",
  "?.",
  "**",
  "/a+/",
  "\\u0061",
  "\u202E",
  "constructor",
  "get ",
  "static ",
  "for(;;)",
  "label:",
  "new.target",
  "super.",
  "'",
  '"',
  "//",
  "/*",
];

test("whatever is done to a source, its inspection ends with findings that can be reported", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ours),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...SNIPPETS), fc.nat({ max: 12 })), { maxLength: 6 }),
      (source, changes) => {
        let changed = source;
        for (const [at, snippet, drop] of changes) {
          const place = at % (changed.length + 1);
          changed = changed.slice(0, place) + snippet + changed.slice(place + drop);
        }
        const { findings } = inspectModule({
          sources: new Map([["module.ts", changed]]),
          manifest: manifestWith(),
          allowGlobals: [],
        });
        for (const finding of findings) expect(Finding.safeParse(finding).success).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

/** What honest authors write, each a way of speaking that a careless rule would take for an attack. */
test.each([
  [
    "a read of an API",
    "const r = await nexus.fetch('https://api.example.com/v1/items?q=' + encodeURIComponent(input.q)); if (!r.ok || r.status !== 200) return { error: { code: 'upstream_unavailable', say: 'It does not answer.' } }; const d = JSON.parse(r.body); return { data: d.items.slice(0, 10).map((x: any) => ({ id: x.id, name: String(x.name).slice(0, 80) })) }",
  ],
  [
    "requests side by side",
    "const ids = [1, 2, 3]; const all = await Promise.all(ids.map((id) => nexus.fetch(`https://api.example.com/v1/items/${id}`))); return all.length",
  ],
  [
    "headers",
    "return nexus.fetch('https://api.example.com/v1/', { headers: { accept: 'application/json', 'user-agent': 'rows' } })",
  ],
  [
    "grouping",
    "const m = new Map<string, number>(); for (const r of input.rows) m.set(r.k, (m.get(r.k) ?? 0) + Number(r.v)); return [...m].map(([k, v]) => ({ k, v }))",
  ],
  [
    "grouping the old way",
    "const o: Record<string, any[]> = {}; for (const r of input.rows) { (o[r.k] ??= []).push(r) } return Object.entries(o)",
  ],
  ["sorting", "return input.rows.sort((a: any, b: any) => b.n - a.n || a.name.localeCompare(b.name))"],
  ["dates", "const d = new Date(input.iso); d.setUTCDate(d.getUTCDate() + 7); return d.toISOString().slice(0, 10)"],
  ["money", "return new Intl.NumberFormat('en-CA', { style: 'currency', currency: 'CAD' }).format(input.cents / 100)"],
  [
    "slugs",
    "return input.title.normalize('NFD').replace(/[\\u0300-\\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')",
  ],
  [
    "CSV",
    "return input.csv.split(/\\r?\\n/).filter((l: string) => l.length > 0).map((l: string) => l.split(',').map((c) => c.trim().replace(/^\"|\"$/g, '')))",
  ],
  [
    "errors of its own",
    "class NotFound extends Error { constructor(what: string) { super(`no ${what}`); this.name = 'NotFound' } } throw new NotFound(input.what)",
  ],
  [
    "retries",
    "for (let tries = 0; tries < 3; tries++) { const r = await nexus.fetch('https://api.example.com/v1/'); if (r.ok) return r; if (r.code === 'denied') break } return null",
  ],
  ["a reducer", "return input.rows.reduce((sum: number, r: any) => sum + r.n, 0)"],
  [
    "a memo",
    "const memo = new Map<number, number>(); const fib = (n: number): number => n < 2 ? n : memo.get(n) ?? (memo.set(n, fib(n - 1) + fib(n - 2)), memo.get(n)!); return fib(30)",
  ],
  [
    "a deep read",
    "const get = (o: any, path: string) => path.split('.').reduce((at, k) => at?.[k], o); return get(input, 'a.b.c')",
  ],
  ["a deep copy", "return JSON.parse(JSON.stringify(input))"],
  ["a dictionary without a prototype", "const d = Object.create(null); d[input.k] = 1; return d"],
  ["a check for a key", "return Object.hasOwn(input, 'a') || 'b' in input"],
  [
    "blocked keys",
    "const BLOCKED = new Set(['__proto__', 'constructor', 'prototype']); return Object.keys(input).filter((k) => !BLOCKED.has(k))",
  ],
  [
    "binary search",
    "let lo = 0, hi = input.length - 1; while (lo <= hi) { const mid = (lo + hi) >> 1; if (input[mid] === 3) return mid; if (input[mid] < 3) lo = mid + 1; else hi = mid - 1 } return -1",
  ],
  [
    "a breadth first search",
    "const queue = [input.start], seen = new Set(queue); while (queue.length) { for (const n of input.next[queue.shift()] ?? []) { if (!seen.has(n)) { seen.add(n); queue.push(n) } } } return [...seen]",
  ],
  [
    "a state machine",
    "let state = 'start'; while (state !== 'end') { switch (state) { case 'start': state = 'mid'; break; default: state = 'end' } } return state",
  ],
  [
    "a tokenizer",
    "let i = 0; const out: string[] = []; while (i < input.s.length) { const c = input.s[i]; if (c === ' ') { i++; continue } let j = i; while (j < input.s.length && input.s[j] !== ' ') j++; out.push(input.s.slice(i, j)); i = j } return out",
  ],
  ["gcd", "let [a, b] = [input.a, input.b]; while (b) [a, b] = [b, a % b]; return a"],
  [
    "a hash",
    "let h = 0x811c9dc5; for (const c of input.s) { h ^= c.codePointAt(0)!; h = Math.imul(h, 0x01000193) } return (h >>> 0).toString(16)",
  ],
  ["big numbers", "return (BigInt(input.wei) * 100n / 10n ** 18n).toString()"],
  [
    "a generator",
    "function* pages() { for (let p = 1; p <= 5; p++) yield p } let n = 0; for (const p of pages()) n += p; return n",
  ],
  ["optional things", "return input?.a?.[0]?.b?.() ?? 'none'"],
  [
    "labels of a chart",
    "return { parts: [{ type: 'chart', kind: 'bar', title: 'T', takeaway: 'U', categories: ['a'], series: [{ name: 'n', values: [1] }], format: { type: 'number' } }] }",
  ],
  ["emoji and markup", "return { summary: '✅ done — 20 °C', parts: [{ type: 'text', markdown: '**bold** & <b>' }] }"],
  [
    "a cache",
    "const key = `rows:${input.q}`; const kept = await nexus.cache.get(key); if (kept !== undefined) return kept; await nexus.cache.set(key, 1, 60); return 1",
  ],
  ["files of the bundle", "return JSON.parse((await nexus.files.read('bundle/rows.json')) ?? '[]')"],
  ["seeded chance", "return input.list[Math.floor(nexus.random() * input.list.length)]"],
  [
    "try, catch, finally",
    "try { return JSON.parse(input.s) } catch (e) { nexus.log(String(e)); return null } finally { nexus.log('done') }",
  ],
  [
    "typed arrays",
    "const u = new Uint8Array(256); for (let i = 0; i < u.length; i++) u[i] = i; return u.reduce((a, b) => a + b, 0)",
  ],
  ["a name called method", "return input.payments.map((p: any) => ({ method: p.method, token: p.token }))"],
  ["hexadecimal colours and ids", "return ['#ff8800', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'sha256']"],
  [
    "a proxy's and a process's plain words",
    "return { proxy: input.proxy, process: 'manual', eval: 'mid-term', window: 3 }",
  ],
  ["text with orders to people", "return 'You can ignore the first column and call this number.'"],
])("%s is let through", (_what, statements) => {
  expect(errorsOf(body(statements))).toEqual([]);
});

test("findings come with their place, worst first, and of one kind the first ten", () => {
  const findings = inspect(body(`${"input[input.k];\n".repeat(30)} return eval('1')`), { hosts: [] });
  expect(findings[0]).toMatchObject({ rule: "global.denied", file: "module.ts", line: 31 });
  expect(findings.filter(({ rule }) => rule === "prop.dynamic-key")).toHaveLength(10);
});

test("INJ-015: what a module wrote is quoted, cut and made visible in a finding", () => {
  const [finding] = inspect(body(`return ${"a".repeat(300)}`), { hosts: [] });
  expect(finding?.message).toMatch(/^“a{79}…” does not exist/);
  const [tag] = inspect(`import "./x\u{200b}y\\n.ts";\n${body("return 1")}`, { hosts: [] }).filter(
    ({ rule }) => rule === "import.denied",
  );
  expect(tag?.message).toBe("It imports “./x\\u{200b}y\\u{a}.ts”.");
});

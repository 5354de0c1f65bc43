import { expect, test } from "vitest";
import { body, errorsOf, inspect, placeOfMark } from "#test/inspection-kit.ts";

test.each([
  ["RES-003: microtasks", "▸for (;;) await null"],
  ["RES-005: memory", "const a: any[] = []; ▸for (;;) a.push({})"],
  ["RES-024: without a condition", "const k: any[] = []; ▸for (let i = 0; ; i++) k.push(i)"],
  ["RES-040: a generator's", "function* g() { ▸for (;;) yield 1 } return g()"],
  ["RES-046: with a finally that turns back", "▸for (;;) { try { return 1 } finally { continue } }"],
  ["RES-047: that catches everything", "▸for (;;) { try { input() } catch (e) { input = e } }"],
  ["RES-052: of calls", "▸for (let i = 0; ; i++) { await nexus.cache.get('t' + i) }"],
  ["while true", "▸while (true) input.x()"],
  ["while one", "▸while (1) input.x()"],
  ["while not zero", "▸while (!0) input.x()"],
  ["while a text", "▸while ('x') input.x()"],
  ["while an object", "▸while ([]) input.x()"],
  ["while a constant", "const ON = 1 < 2; ▸while (ON) input.x()"],
  ["do while", "▸do { input.x() } while (1 === 1)"],
  ["with a way out that is never taken", "▸while (true) { if (false) break; }"],
  ["with a way out behind the end", "▸while (true) { input.x(); continue; break; }"],
  [
    "with a way out of something else",
    "▸while (true) { for (const a of input) { if (a) break } switch (input) { case 1: break } }",
  ],
  ["with a return of an inner function", "▸while (true) { input.map(() => { return 1 }) }"],
  ["with a throw that it catches itself", "▸while (true) { try { throw 1 } catch { input.x() } }"],
  ["with a break of its own label inside", "▸for (;;) { inner: for (const a of input) { break inner } }"],
  ["up to infinity", "▸for (let i = 0; i < Infinity; i++) input.x()"],
  ["that counts away", "▸for (let i = 0; i < 10; i--) input.x()"],
  ["that stands still", "▸for (let i = 0; i < 10; i += 0) input.x()"],
  ["that forgets to count", "let i = 0; ▸while (i < 10) input.x()"],
  ["that waits for a name", "let more = true; ▸while (more) await nexus.cache.get('a')"],
  ["that waits for a constant", "const rows = 3; ▸while (rows > 0 && !false) input.x()"],
])("an endless loop, %s, is found where it stands", (_what, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`loop.infinite ${placeOfMark(code)}`);
});

test.each([
  ["loop.huge", "▸for (let i = 0; i < 1e12; i++) input.x()"],
  ["loop.huge", "const N = 2 ** 40; ▸for (let i = N; i > 0; i -= 2) input.x()"],
  ["loop.huge", "for (let i = 0; i < 100000; i++) ▸for (let j = 0; j < 100000; j++) input.x()"],
  ["loop.clock", "const t = Date.now(); ▸while (Date.now() === t) input.x()"],
  ["loop.clock", "const end = nexus.now().getTime() + 300; ▸while (nexus.now().getTime() < end);"],
  ["loop.clock", "▸while (new Date() < input.end) input.x()"],
  ["loop.recursion", "const f = (): number => ▸f() + 1; return f()"],
  [
    "loop.recursion",
    "async function poll(): Promise<any> { await nexus.cache.get('a'); return ▸poll() } return poll()",
  ],
  ["loop.recursion", "function* g(): any { const x = 1; yield* ▸g(); } return [...g()]"],
  ["loop.iterator", "return { [Symbol.iterator]: () => ({ ▸next: () => ({ value: 1, done: false }) }) }"],
  ["loop.iterator", "return { [Symbol.asyncIterator]() { return this }, async ▸next() { return { value: 1 } } }"],
  ["loop.huge", "▸for (let i = 0; i < Number.MAX_SAFE_INTEGER; i++) input.x()"],
  ["loop.huge", "▸for (let i = 0; i < Math.pow(10, 12); i++) input.x()"],
  ["loop.iterator", "class A { async ▸next() { return { value: 1, done: 1 > 2 } } } return new A()"],
])("%s: %s", (rule, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`${rule} ${placeOfMark(code)}`);
});

test.each([
  [
    "pages",
    "for (let page = 0; page < 5; page++) { const r = await nexus.fetch('https://api.example.com/v1/p?n=' + page); if (!r.ok) break } return 1",
  ],
  [
    "a queue",
    "const queue = [input]; while (queue.length > 0) { const one = queue.pop(); queue.push(...(one.kids ?? [])) } return 1",
  ],
  [
    "a text",
    "const re = /a/g; let m; const out = []; while ((m = re.exec(input.s)) !== null) out.push(m.index); return out",
  ],
  ["down to zero", "let n = 10; while (n--) input.x(n); return n"],
  [
    "a counter that others change",
    "let left = 3; const take = () => { left -= 1 }; while (left > 0) take(); return left",
  ],
  ["a condition with a call", "while (input.next()) input.x(); return 1"],
  ["halves", "let n = 1e12; while (n > 1) n /= 2; return n"],
  [
    "a tree",
    "function sum(t: any): number { if (!t) return 0; return t.v + sum(t.left) + sum(t.right) } return sum(input)",
  ],
  [
    "a tree by its lists",
    "const sum = (t: any): number => t.v + t.kids.map((k: any) => sum(k)).length; return sum(input)",
  ],
  ["a tree with a choice", "const depth = (t: any): number => (t ? 1 + depth(t.next) : 0); return depth(input)"],
  ["a deadline beside a bound", "for (let i = 0; i < 9 && Date.now() < input.end; i++) input.x(); return 1"],
  [
    "an iterator that is done",
    "return { next: () => (input.more ? { value: 1, done: false } : { value: undefined, done: true }) }",
  ],
  ["a list of linked values", "return { next: () => ({ value: input.next }) }"],
  ["a generator", "function* g() { for (let i = 0; i < 3; i++) yield i } return [...g()]"],
  ["a million", "let v = 1; for (let i = 0; i < 1e6; i++) v = v * 31 % 1009; return v"],
])("a loop over %s is let through", (_what, statements) => {
  expect(errorsOf(body(statements))).toEqual([]);
});

test.each([
  "▸for (;;) { if (input.done) break; input.x() }",
  "▸while (true) { const r = await nexus.cache.get('a'); if (r) return r }",
  "▸while (true) { if (input.x()) throw new Error('too many') }",
  "outer: for (const a of input) { ▸for (;;) { if (a) continue outer } }",
  "out: { ▸for (;;) { if (input.x()) break out } }",
])("a loop that only its inside ends is a warning: %s", (statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toEqual([]);
  const [line, column] = placeOfMark(code).split(":").map(Number);
  expect(inspect(code)).toContainEqual(expect.objectContaining({ rule: "loop.unbounded-with-exit", line, column }));
});

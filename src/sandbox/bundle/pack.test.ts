import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundleEntries } from "#test/bundle-kit.ts";
import { writeZip, type ZipEntry, type ZipLies } from "#test/zip-kit.ts";
import { takeIn } from "./intake.ts";
import { packBundle, readPack } from "./pack.ts";

const honest: readonly ZipEntry[] = [...bundleEntries()].map(([name, data]) => ({ name, data }));

async function rulesOf(entries: readonly ZipEntry[], lies: ZipLies = {}): Promise<string[]> {
  const { findings } = await readPack(writeZip(entries, lies));
  return findings.map(({ rule }) => rule);
}

test("BND-000: a bundle is packed and read back as it was", async () => {
  const entries = bundleEntries({ "data/words.txt": "Grüße", "README.md": "" });
  expect(await readPack(packBundle(entries))).toEqual({ entries, findings: [] });
});

test("any files come back from a pack byte for byte, however well they pack", async () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}(?:\/[a-z][a-z0-9-]{0,8}){0,2}$/);
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.nat({ max: 300_000 }).map((length) => new Uint8Array(length)),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, content, { maxKeys: 6, minKeys: 1 }), async (files) => {
      const entries = new Map(Object.entries(files));
      expect(await readPack(packBundle(entries))).toEqual({ entries, findings: [] });
    }),
    { numRuns: 60 },
  );
});

test("a pack is the same bytes every time, in whatever order its files came and wherever the clock stands", () => {
  const entries = bundleEntries({ "data/a.txt": "a" });
  const bytes = packBundle(entries);
  expect(packBundle(new Map([...entries].reverse()))).toEqual(bytes);
  const program = `const { packBundle } = await import("./src/sandbox/bundle/pack.ts");
const entries = new Map(JSON.parse(process.argv[1]).map(([path, text]) => [path, Buffer.from(text)]));
process.stdout.write(Buffer.from(packBundle(entries)).toString("base64"));`;
  const given = JSON.stringify([...entries].map(([path, content]) => [path, Buffer.from(content).toString()]));
  for (const TZ of ["Pacific/Kiritimati", "America/St_Johns"]) {
    const far = execFileSync(process.execPath, ["--input-type=module", "--eval", program, given], {
      env: { ...process.env, TZ },
      encoding: "utf8",
    });
    expect(far).toBe(Buffer.from(bytes).toString("base64"));
  }
});

test("a bundle is the same whether it came as a folder or packed, by us or by another program", async () => {
  const ours = await readPack(packBundle(bundleEntries()));
  const theirs = await readPack(writeZip([...honest, { name: "data/", mode: 0o040755 }]));
  expect(theirs.findings).toEqual([]);
  expect(takeIn(theirs.entries).sha256).toBe(takeIn(ours.entries).sha256);
  expect(takeIn(ours.entries).sha256).toBe(takeIn(bundleEntries()).sha256);
});

test.each([
  ["BND-005: a link", { name: "x.ts", data: "/etc/passwd", mode: 0o120777 }, "bundle.link"],
  ["BND-006: a device", { name: "x.ts", mode: 0o020666 }, "bundle.link"],
  ["BND-006: a pipe", { name: "x.ts", mode: 0o010666 }, "bundle.link"],
  ["BND-006: a socket", { name: "x.ts", mode: 0o140777 }, "bundle.link"],
  ["a file that runs as its owner", { name: "x.ts", data: "1", mode: 0o104755 }, "bundle.link"],
  ["a folder with the name of a file", { name: "x.ts", mode: 0o040755 }, "bundle.link"],
  ["a file with the name of a folder", { name: "data/", data: "x", mode: 0o100644 }, "bundle.link"],
  ["an encrypted file", { name: "x.ts", data: "1", flags: 1 }, "bundle.encrypted"],
  ["a file whose list is encrypted", { name: "x.ts", data: "1", flags: 0x2000 }, "bundle.encrypted"],
  ["a file whose size stands behind it", { name: "x.ts", data: "1", flags: 8 }, "bundle.pack"],
  ["a compression of its own", { name: "x.ts", data: "1", method: 12 }, "bundle.pack"],
  ["BND-008: the same name twice", { name: "module.ts", data: "evil" }, "bundle.duplicate"],
  ["a name that is no UTF-8", { name: Buffer.from([0x78, 0xff]), data: "1" }, "bundle.name"],
  ["another name before its content than in the list", { name: "x.ts", localName: "y.ts", data: "1" }, "bundle.pack"],
  ["BND-017: less than the size it says", { name: "x.ts", data: "1234", declaredSize: 400 }, "bundle.pack"],
  ["BND-017: more than the size it says", { name: "x.ts", data: "12345678", declaredSize: 4 }, "bundle.pack"],
  ["a wrong checksum", { name: "x.ts", data: "1", crc: 7 }, "bundle.pack"],
  ["bytes hidden behind its content", { name: "x.ts", data: "1234", hidden: Buffer.from("hidden") }, "bundle.pack"],
  [
    "a second, 64-bit size",
    { name: "x.ts", data: "1", extra: Buffer.from("0100080001000000000000 00".replace(" ", ""), "hex") },
    "bundle.pack",
  ],
  [
    "a second name",
    { name: "x.ts", data: "1", extra: Buffer.from("757006000100000000 78".replace(" ", ""), "hex") },
    "bundle.pack",
  ],
  ["BND-018: a bomb", { name: "data/zeros.txt", data: " ".repeat(500_000) }, "bundle.ratio"],
  [
    "BND-018: a bomb that says it is small",
    { name: "data/zeros.txt", data: " ".repeat(50_000_000), declaredSize: 10_000 },
    "bundle.pack",
  ],
  ["BND-017: a size beyond all bundles", { name: "data/x.txt", data: "1", declaredSize: 0xfffffff0 }, "bundle.size"],
])("%s in a pack is refused", async (_case, entry, rule) => {
  expect(await rulesOf([...honest, entry])).toContain(rule);
});

test.each<[string, ZipLies]>([
  ["bytes before its first file", { before: Buffer.from("#!/bin/sh\n") }],
  ["bytes between its files and their list", { between: Buffer.from("hidden") }],
  ["bytes after its end", { after: Buffer.from("hidden") }],
  ["a comment", { comment: Buffer.from("hello") }],
  ["a comment that is an archive", { comment: Buffer.from(writeZip(honest)) }],
  ["fewer files than it says", { count: 9 }],
  ["more files than it says", { count: 1 }],
  ["a list elsewhere", { listStart: 0 }],
])("a pack with %s is refused", async (_case, lies) => {
  expect(await rulesOf(honest, lies)).toEqual(["bundle.pack"]);
});

test("BND-018: files that share their bytes, as bombs do, are refused", async () => {
  const kernel = { name: "data/0.txt", data: "x".repeat(1_000) };
  const copies = Array.from({ length: 5 }, (_, index) => ({ ...kernel, name: `data/${index + 1}.txt`, sharesWith: 0 }));
  const { entries, findings } = await readPack(writeZip([kernel, ...copies]));
  expect(findings[0]?.rule).toBe("bundle.pack");
  expect(entries.size).toBeLessThan(2);
});

test("BND-018: a pack in a pack is refused", async () => {
  const { entries } = await readPack(
    writeZip([...honest, { name: "data/more.zip", data: packBundle(bundleEntries()) }]),
  );
  expect(takeIn(entries).findings).toMatchObject([{ rule: "bundle.kind", file: "data/more.zip" }]);
});

test("BND-016: a pack of thousands of files is refused before one is read", async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => ({ name: `data/${index}.txt`, data: "x" }));
  expect(await readPack(writeZip(many))).toMatchObject({ entries: new Map(), findings: [{ rule: "bundle.count" }] });
});

test("BND-001: a name that leads out of the bundle is a name like any other, and refused as one", async () => {
  const { entries, findings } = await readPack(writeZip([...honest, { name: "../../etc/cron.d/x", data: "1" }]));
  expect([...findings, ...takeIn(entries).findings]).toMatchObject([
    { rule: "bundle.name", file: "../../etc/cron.d/x" },
  ]);
});

test.each([
  ["nothing", new Uint8Array()],
  ["an empty archive", writeZip([])],
  ["a text", Buffer.from("hello, this is no archive but a text")],
  ["half a pack", packBundle(bundleEntries()).slice(0, 300)],
])("%s is no pack", async (_case, bytes) => {
  expect(await readPack(bytes)).toMatchObject({ entries: new Map(), findings: [{ rule: "bundle.pack" }] });
});

test("a pack damaged anywhere is refused, or is exactly what was packed", async () => {
  const bytes = packBundle(bundleEntries());
  const damage = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of changes) changed[at] = value;
      const { entries, findings } = await readPack(changed);
      const { findings: within, sha256 } = takeIn(entries);
      const isSame = sha256 === takeIn(bundleEntries()).sha256;
      expect(findings.length + within.length > 0 || isSame).toBe(true);
    }),
    { numRuns: 600 },
  );
});

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { Finding, ValidationReport } from "#core/contract/validation.ts";
import { bundleEntries } from "#test/bundle-kit.ts";
import { writeZip } from "#test/zip-kit.ts";
import { finish, STACK, temporaryDir } from "./service.ts";

/** Starting Node, the inspector and some runners, several times over. */
const SLOW = 90_000;

/** A folder to work in, and `nexus module …` as its author would type it. */
function workshop() {
  const dir = temporaryDir();
  const module = join(dir.path, "exchange-rates");
  return {
    path: dir.path,
    module,
    async nexus(...args: readonly string[]) {
      const ended = await finish(["module", ...args], { dataDir: join(dir.path, "data") });
      expect(ended.stdout + ended.stderr).not.toMatch(STACK);
      return ended;
    },
    read: (file: string) => readFileSync(join(module, file), "utf8"),
    change(file: string, from: string, to: string) {
      const text = readFileSync(join(module, file), "utf8");
      expect(text).toContain(from);
      writeFileSync(join(module, file), text.replace(from, to));
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

const Packed = z.object({ path: z.string(), sha256: z.string(), bytes: z.number(), files: z.number() });

test("a new module passes its tests and its check as it is", { timeout: SLOW }, async () => {
  using shop = workshop();
  const made = await shop.nexus("new", "exchange-rates", "--folder", shop.module);
  expect(made.code).toBe(0);
  expect(made.stdout).toContain("nexus module check");

  const tested = await shop.nexus("test", shop.module);
  expect(tested.stdout).toMatch(/6 tests, all passed/);
  expect(tested.code).toBe(0);

  const checked = await shop.nexus("check", shop.module);
  expect(checked.stdout).toMatch(/^✓ exchange-rates 0\.1\.0 can be installed/);
  expect(checked.stdout).toMatch(/mutation +\d+ %/);
  expect(checked.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(checked.stdout).not.toContain("\u001b");
  expect(checked.stderr).toContain("running 6 tests");
  expect(checked.code).toBe(0);
});

test("what is wrong in the code is shown at its line, with what to write instead", { timeout: SLOW }, async () => {
  using shop = workshop();
  await shop.nexus("new", "exchange-rates", "--folder", shop.module);
  shop.change(
    "module.ts",
    "  const { currency } = input;",
    "  const { currency } = input;\n  const all = eval(currency);",
  );
  const line =
    shop
      .read("module.ts")
      .split("\n")
      .findIndex((each) => each.includes("eval")) + 1;
  const { stdout, code } = await shop.nexus("check", shop.module, "--no-mutants", "--plain");
  expect(stdout).toMatch(/^FAIL exchange-rates 0\.1\.0 is refused: \d+ error/);
  expect(stdout).toContain("  module.ts\n");
  expect(stdout).toMatch(new RegExp(`${line}:15 +error +global\\.denied`));
  expect(stdout).toContain("Do: ");
  expect(code).toBe(1);

  const packed = await shop.nexus("pack", shop.module, "-o", join(shop.path, "x.nexus-module"));
  expect(packed.stdout).toMatch(/Not packed: \d+ error/);
  expect(packed.code).toBe(1);
  expect(existsSync(join(shop.path, "x.nexus-module"))).toBe(false);
});

test("what is wrong in the manifest is shown at its line", { timeout: SLOW }, async () => {
  using shop = workshop();
  await shop.nexus("new", "exchange-rates", "--folder", shop.module);
  shop.change("manifest.json", '"effect": "read"', '"effect": "everything"');
  const line =
    shop
      .read("manifest.json")
      .split("\n")
      .findIndex((each) => each.includes("everything")) + 1;
  const { stdout, code } = await shop.nexus("check", shop.module, "--json");
  const { static: seen, ok } = ValidationReport.parse(JSON.parse(stdout));
  expect(seen.findings).toMatchObject([{ rule: "manifest.schema", file: "manifest.json", line, column: 7 }]);
  expect([ok, code]).toEqual([false, 1]);
});

test("a module that no longer does what its tests say is told what it did instead", { timeout: SLOW }, async () => {
  using shop = workshop();
  await shop.nexus("new", "exchange-rates", "--folder", shop.module);
  shop.change("module.ts", "rate: found.rate,", "rate: found.rate * 2,");
  const { stdout, code } = await shop.nexus("test", shop.module, "--only", "worth");
  expect(stdout).toMatch(/✗ the worth of a dollar in euros/);
  expect(stdout).toMatch(/0\.6182[^]*1\.2364/);
  expect(stdout).toContain("1 test, 1 failed");
  expect(code).toBe(1);
});

test(
  "a module is packed to the same bytes every time, and its check is of the same bundle packed and unpacked",
  { timeout: SLOW },
  async () => {
    using shop = workshop();
    await shop.nexus("new", "exchange-rates", "--folder", shop.module);
    const [one, two] = [join(shop.path, "one.nexus-module"), join(shop.path, "two.nexus-module")];
    const first = await shop.nexus("pack", shop.module, "-o", one);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^.*one\.nexus-module\n4 files, [\d,]+ bytes\nsha256 [0-9a-f]{64}\n$/);
    const second = Packed.parse(JSON.parse((await shop.nexus("pack", shop.module, "-o", two, "--json")).stdout));
    expect(first.stdout).toContain(second.sha256);
    expect(readFileSync(one)).toEqual(readFileSync(two));

    const { stdout, code } = await shop.nexus("check", one, "--json", "--no-mutants");
    const report = ValidationReport.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ ok: true, module: { name: "exchange-rates", entry: "script" } });
    expect(report.hashes.bundle).toBe(second.sha256);
    expect(report.mutation).toBeUndefined();
    expect(code).toBe(0);
  },
);

test("BND-005: a pack with a link in it is refused, by check and by pack alike", { timeout: SLOW }, async () => {
  using shop = workshop();
  const files = [...bundleEntries()].map(([name, data]) => ({ name, data }));
  const evil = join(shop.path, "evil.nexus-module");
  writeFileSync(evil, writeZip([...files, { name: "x.ts", data: "/etc/passwd", mode: 0o120777 }]));
  const checked = await shop.nexus("check", evil, "--json", "--no-mutants");
  const report = ValidationReport.parse(JSON.parse(checked.stdout));
  expect(report.static.findings).toContainEqual(expect.objectContaining({ rule: "bundle.link", file: "x.ts" }));
  expect(report.runtime).toBeUndefined();
  expect([report.ok, checked.code]).toEqual([false, 1]);
  const packed = await shop.nexus("pack", evil, "--json");
  const { findings } = z.object({ findings: z.array(Finding) }).parse(JSON.parse(packed.stdout));
  expect(findings.map(({ rule }) => rule)).toContain("bundle.link");
  expect(packed.code).toBe(1);
});

test("a module with a file that could not be read is not run without it", { timeout: SLOW }, async () => {
  using shop = workshop();
  await shop.nexus("new", "exchange-rates", "--folder", shop.module);
  mkdirSync(join(shop.module, "data"));
  symlinkSync(join(shop.path, "elsewhere.txt"), join(shop.module, "data", "rates.txt"));
  const { stdout } = await shop.nexus("check", shop.module, "--json");
  const report = ValidationReport.parse(JSON.parse(stdout));
  expect(report.static.findings.map(({ rule }) => rule)).toEqual(["bundle.link"]);
  expect([report.ok, report.runtime]).toEqual([false, undefined]);
  expect((await shop.nexus("test", shop.module)).stdout).toMatch(/^✗ Nothing was run: 1 error\./);
});

test("what is no module is called so, in one line", { timeout: SLOW }, async () => {
  using shop = workshop();
  const folder = await shop.nexus("check", shop.path);
  expect(folder.stderr).toContain(`${shop.path} holds no module`);
  const file = join(shop.path, "letter.txt");
  writeFileSync(file, "Dear reader");
  const { stdout } = await shop.nexus("check", file, "--json");
  const { findings } = ValidationReport.parse(JSON.parse(stdout)).static;
  expect(findings.map(({ rule }) => rule)).toEqual(["bundle.pack"]);
});

test("BND-019: a module without tests is refused", { timeout: SLOW }, async () => {
  using shop = workshop();
  await shop.nexus("new", "exchange-rates", "--folder", shop.module);
  writeFileSync(join(shop.module, "tests", "rate.json"), "[]");
  const { stdout, code } = await shop.nexus("check", shop.module, "--no-mutants");
  expect(stdout).toContain("tests.missing");
  expect(code).toBe(1);
  const tested = await shop.nexus("test", shop.module);
  expect(tested.stdout).toContain("There are no tests.");
  expect(tested.code).toBe(1);
});

test("a WebAssembly module to start from passes too", { timeout: SLOW }, async () => {
  using shop = workshop();
  expect((await shop.nexus("new", "numerals", "--wasm", "--folder", shop.module)).code).toBe(0);
  const { stdout, code } = await shop.nexus("check", shop.module);
  expect(stdout).toMatch(/^✓ numerals \d+\.\d+\.\d+ can be installed/);
  expect(code).toBe(0);
});

test("a machine that cannot fence a module in says so, and runs none of it", { timeout: SLOW }, async () => {
  using shop = workshop();
  await shop.nexus("new", "exchange-rates", "--folder", shop.module);
  const settings = { NEXUS_SANDBOX_SOCKET: join(shop.path, "nobody.sock") };
  const options = { dataDir: join(shop.path, "data"), settings };
  const ended = await Promise.all(
    ["check", "test"].map((command) => finish(["module", command, shop.module], options)),
  );
  expect(ended.map(({ code }) => code)).toEqual([1, 1]);
  for (const { stdout, stderr } of ended) {
    expect(stderr).toMatch(/without these fences: .*an empty network.*nobody\.sock[^]*sandbox_too_weak/);
    expect(stdout).toBe("");
  }
});

test("new refuses a folder that is there, and names that no module may have", { timeout: SLOW }, async () => {
  using shop = workshop();
  const there = await shop.nexus("new", "exchange-rates", "--folder", shop.path);
  expect(there.stderr).toContain(`${shop.path} is there already.`);
  const shouted = await shop.nexus("new", "Exchange Rates", "--folder", shop.module);
  expect(shouted.stderr).toMatch(/“Exchange Rates” cannot be a module's name\.[^]*lower-case/);
  const reserved = await shop.nexus("new", "nexus", "--folder", shop.module);
  expect(reserved.stderr).toMatch(/^nexus: The name “nexus” .*[^.]\.\n {2}Choose another name/);
  expect([there.code, shouted.code, reserved.code]).toEqual([1, 1, 1]);
  expect(existsSync(shop.module)).toBe(false);
});

test("whoever asks wrongly is shown how to ask", async () => {
  using shop = workshop();
  const nothing = await shop.nexus();
  expect(nothing.stdout).toContain("nexus module check PATH");
  const wrong = await Promise.all([
    shop.nexus("biuld"),
    shop.nexus("check"),
    shop.nexus("check", "a", "b"),
    shop.nexus("pack", "a", "--wasm"),
    shop.nexus("check", "a", "--fast"),
  ]);
  expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
  expect(wrong.map(({ stderr }) => stderr.split("\n")[0])).toEqual([
    "nexus module: there is no command “biuld”",
    "nexus module: check what? Give a module's folder",
    "nexus module: one at a time: “b” is too much",
    "nexus module: --wasm means nothing to “pack”",
    expect.stringContaining("--fast"),
  ]);
  const nowhere = await shop.nexus("check", join(shop.path, "nowhere"));
  expect(nowhere.stderr).toContain("There is no module at");
  expect([nothing.code, nowhere.code]).toEqual([0, 1]);
});

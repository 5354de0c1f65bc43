import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hostileDrill } from "./hostile.ts";
import { writeHostileModule } from "./hostile-modules.ts";
import { seededRandom } from "./seeded-random.ts";

const folder = mkdtempSync(join(tmpdir(), "nexus-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("ten seconds of hostile modules do no harm to the calls beside them", { timeout: 60_000 }, async () => {
  const cases = join(folder, "cases.json");
  const payload = "export async function run() { __log('from a file'); for (;;); }";
  writeFileSync(cases, JSON.stringify({ cases: [{ id: "OWN-001", payloadType: "module-source", payload }] }));
  const report = await hostileDrill.run(["--seconds", "10", "--seed", "7", "--cases", cases]);
  // How fast a full machine is, is for the drill itself to say.
  expect(report.bars.filter((bar) => !bar.ok && !bar.name.endsWith(" ms"))).toEqual([]);
  expect(report.figures["hostile runs"]).toBeGreaterThan(10);
  expect(report.figures["live calls"]).toBeGreaterThan(50);
});

test("the same seed writes the same modules, another others", () => {
  const write = (seed: number): string[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => writeHostileModule(random).source);
  };
  expect(write(3)).toEqual(write(3));
  expect(write(3)).not.toEqual(write(4));
  expect(new Set(write(3)).size).toBeGreaterThan(40);
});

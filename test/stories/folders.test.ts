import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { readConfig } from "#config.ts";
import { PATIENCE } from "./console-terminal.ts";
import { openHouse, textOf } from "./house.ts";

const LONG = 60_000;
const FIXTURES = new URL("../../src/modules/finance/fixtures/", import.meta.url).pathname;

/** A folder beside a config file that names it. */
function configured(folder: Record<string, unknown>) {
  const dir = mkdtempSync(join(tmpdir(), "nexus-folders-"));
  const path = join(dir, "bank");
  mkdirSync(path);
  const file = join(dir, "nexus.json");
  writeFileSync(file, JSON.stringify({ folders: [{ path, endings: [".csv"], ...folder }] }));
  return {
    path,
    settings: { NEXUS_CONFIG: file },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function drop(into: string): string {
  const name = readdirSync(FIXTURES).find((one) => one.endsWith(".csv"));
  if (name === undefined) throw new Error("no bank export among the fixtures");
  copyFileSync(join(FIXTURES, name), join(into, "march.csv"));
  return name;
}

test(
  "a file of a folder goes to the capability that the config names, once, over any number of starts",
  async () => {
    using folder = configured({ as: { module: "finance", capability: "importFile" } });
    await using house = await openHouse({ settings: folder.settings });
    drop(folder.path);
    const imported = await vi.waitUntil(
      () => house.terminal.shown().find(({ reply }) => /transaction/.test(reply.summary))?.reply,
      PATIENCE,
    );
    expect(imported.summary).toMatch(/import|added/i);
    expect(textOf(await house.say("status"))).toContain(`${folder.path}: .csv`);
    await house.restart();
    writeFileSync(join(folder.path, "rubbish.csv"), "not,a,bank,file\n");
    const after = await vi.waitUntil(() => house.terminal.shown()[0]?.reply, PATIENCE);
    expect(textOf(after)).toContain("rubbish.csv");
    expect(house.terminal.shown()).toHaveLength(1);
  },
  LONG,
);

test("a capability that there is not stops the start, named with its setting", async () => {
  using folder = configured({ as: { module: "finance", capability: "burn" } });
  await expect(openHouse({ settings: folder.settings })).rejects.toMatchObject({
    code: "config_invalid",
    say: "folders.0.as names finance.burn, which no module of this release has.",
  });
});

test("a folder without endings, or with words for a size, is refused with what was expected", () => {
  using none = configured({ endings: [] });
  expect(() => readConfig(none.settings)).toThrow(
    expect.objectContaining({ say: expect.stringContaining("at least one ending") }),
  );
  using wrong = configured({ maxMib: "huge" });
  expect(() => readConfig(wrong.settings)).toThrow(
    expect.objectContaining({ say: expect.stringContaining("expected MiB") }),
  );
});

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { PATIENCE } from "./console-terminal.ts";
import { DEMO } from "./demo-words.ts";
import { type House, INNER_LIFE, openHouse, textOf } from "./house.ts";

const FIXTURES = join(process.cwd(), "src", "modules", "finance", "fixtures");
const CHEQUING = join(FIXTURES, "chequing.csv");
const CARD = join(FIXTURES, "card.csv");
const ONE_ROW = "2026-11-19,TIM HORTONS #2211,4.50,\n";

/** Writes a file where a person would keep one, outside the data directory's own names. */
function keep(house: House, name: string, content: string | Uint8Array): string {
  const folder = join(house.dataDir, "downloads");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("a file that is not a bank export", () => {
  test.each([
    ["a row without an amount", "march.csv", "2026-11-19,RENT,1650.00,\n2026-11-20,COFFEE,,\n", "line 2"],
    ["a row with a word for a date", "march.csv", "2026-11-19,RENT,1650.00,\nyesterday,COFFEE,2.15,\n", "line 2"],
    ["a quotation mark that is never closed", "march.csv", '2026-11-19,"RENT,1650.00,\n', "line 1"],
    ["a PDF that calls itself a CSV", "statement.csv", "%PDF-1.7\n%âãÏÓ\n1 0 obj\n", "PDF"],
    ["another bank's export", "rbc.csv", "Account Type,Date,Cheque,CAD$,USD$\nVisa,1/2/2026,,-5,\n", "another bank"],
    ["a spreadsheet with semicolons", "export.csv", "2026-11-19;RENT;1650.00;\n", "separated"],
    ["an empty file", "empty.csv", "", "empty"],
    ["a file of blank lines", "blank.csv", "\n \r\n\n", "empty"],
    [
      "bytes that are no text",
      "photo.csv",
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0, 0, 1]),
      "not a text",
    ],
  ])("%s is refused by name, with what was expected, and nothing is imported", async (_, name, content, cause) => {
    await using house = await openHouse();
    const reply = await house.say("", [keep(house, name, content)]);
    expect(textOf(reply)).toContain("file_format");
    expect(reply.summary).toContain(name);
    expect(reply.summary).toContain(cause);
    expect(reply.summary).toContain("Nothing was imported");
    expect(reply.summary).not.toMatch(INNER_LIFE);

    const good = await house.say("", [CHEQUING]);
    expect(good.summary).toMatch(/^Imported \d+ transactions/);
  });

  test("a file of 100 MB is refused at once, without being read into memory", async () => {
    await using house = await openHouse();
    const path = keep(house, "huge.csv", ONE_ROW);
    truncateSync(path, 100 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    const reply = await house.say("", [path]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    expect(textOf(reply)).toContain("file_too_large");
    expect(reply.summary).toContain("huge.csv");
    expect(reply.summary).toContain("10 MB");
  });
});

describe("a file that cannot be read", () => {
  test.each([
    ["a directory", (house: House) => house.dataDir],
    ["a path that leads nowhere", (house: House) => join(house.dataDir, "gone.csv")],
    ["a device that never ends", () => "/dev/zero"],
  ])("%s is turned away with a cause, a next step and a code", async (_, pathIn) => {
    await using house = await openHouse();
    const refusal = await house.say("", [pathIn(house)]).then(textOf, String);
    expect(refusal).not.toMatch(/\bat .+:\d+:\d+/);
    expect(refusal).toMatch(/cannot be found|not a regular file/);
    expect(refusal).toContain("file_unreadable");
    expect((await house.say("", [CHEQUING])).summary).toMatch(/^Imported/);
  });

  test("a file that vanished before its turn came is named, and the next message is answered", async () => {
    await using house = await openHouse();
    const path = keep(house, "fleeting.csv", ONE_ROW);
    await house.terminal.begin(DEMO.slow);
    const { reply } = await house.terminal.begin("", [path]);
    rmSync(path);
    const refused = await reply;
    expect(textOf(refused)).toContain("file_unreadable");
    expect(refused.summary).toContain("fleeting.csv");
    expect(refused.summary).not.toMatch(INNER_LIFE);
    expect((await house.say("", [CHEQUING])).summary).toMatch(/^Imported/);
  });
});

test.each([
  ["UTF-16, as Excel saves it", Buffer.from(`\uFEFF${ONE_ROW}`, "utf16le")],
  ["UTF-8 with its mark", Buffer.from(`\uFEFF${ONE_ROW}`, "utf8")],
  ["windows-1252, with an accent", Buffer.from("2026-11-19,CAF\u00c9 DU MONDE,4.50,\r\n", "latin1")],
])("an export in %s is imported like any other", async (_, bytes) => {
  await using house = await openHouse();
  const reply = await house.say("", [keep(house, "export.csv", bytes)]);
  expect(reply.summary).toMatch(/^Imported 1 transaction /);
});

describe("several files at once", () => {
  test("two exports are two imports, with an answer each", async () => {
    await using house = await openHouse();
    const { turnId } = await house.terminal.begin("", [CHEQUING, CARD]);
    const replies = await vi.waitUntil(() => atLeast(house, turnId, 2), PATIENCE);
    expect(replies.map(({ reply }) => reply.summary)).toEqual([
      expect.stringMatching(/^Imported \d+ transactions/),
      expect.stringMatching(/^Imported \d+ transactions/),
    ]);
    expect((await house.say("", [CARD])).summary).toContain("0 new");
    expect(house.terminal.shown(turnId)).toHaveLength(2);
  });

  test("a bad one does not spoil the good one beside it", async () => {
    await using house = await openHouse();
    const bad = keep(house, "bad.csv", "no,table,here\n");
    const { turnId } = await house.terminal.begin("", [bad, CHEQUING]);
    const replies = await vi.waitUntil(() => atLeast(house, turnId, 2), PATIENCE);
    const [first, second] = replies.map(({ reply }) => reply.summary);
    expect(first).toContain("bad.csv");
    expect(second).toMatch(/^Imported/);
  });

  test("a file of a kind nobody reads, beside an export, is not passed over in silence", async () => {
    await using house = await openHouse();
    const photo = keep(house, "holiday.png", "not really");
    const { turnId, reply } = await house.terminal.begin("", [CHEQUING, photo]);
    await reply;
    await house.say("status");
    expect(
      house.terminal
        .shown(turnId)
        .map((shown) => textOf(shown.reply))
        .join(),
    ).toContain("holiday.png");
  });
});

describe("the watched folder", () => {
  test("a dropped export is imported once, and dropping it again says that nothing is new", async () => {
    await using home = await openHouseWithFolder();
    const { house, folder } = home;
    copyFileSync(CHEQUING, join(folder, "november.csv"));
    await vi.waitUntil(() => summaries(house).some((summary) => summary.startsWith("Imported")), PATIENCE);
    copyFileSync(CHEQUING, join(folder, "november-again.csv"));
    await vi.waitUntil(() => summaries(house).some((summary) => summary.includes("0 new")), PATIENCE);
    expect(summaries(house).filter((summary) => summary.startsWith("Imported"))).toHaveLength(1);
  });

  test("a restart imports nothing twice, and takes what was dropped while NEXUS was down", async () => {
    await using home = await openHouseWithFolder();
    const { house, folder } = home;
    copyFileSync(CHEQUING, join(folder, "november.csv"));
    await vi.waitUntil(() => summaries(house).some((summary) => summary.startsWith("Imported")), PATIENCE);
    await house.restart(() => copyFileSync(CARD, join(folder, "card.csv")));
    await vi.waitUntil(() => summaries(house).some((summary) => summary.startsWith("Imported")), PATIENCE);
    expect(summaries(house).filter((summary) => summary.startsWith("Imported"))).toHaveLength(1);
    const spending = await house.say("show me my spending this month");
    expect(spending.summary).toMatch(/^You spent \$3,122\.40 /);
  });

  test("a malformed export is answered in the terminal with its line, and other files are left alone", async () => {
    await using home = await openHouseWithFolder();
    const { house, folder } = home;
    writeFileSync(join(folder, "notes.md"), "not for the bank");
    writeFileSync(join(folder, "broken.csv"), "2026-11-19,RENT,,\n");
    await vi.waitUntil(() => summaries(house).some((summary) => summary.includes("broken.csv")), PATIENCE);
    expect(summaries(house).filter((summary) => summary.includes("line 1"))).toHaveLength(1);
    expect(summaries(house).join()).not.toContain("notes.md");
  });
});

function atLeast(house: House, turnId: Parameters<House["terminal"]["shown"]>[0], count: number) {
  const shown = house.terminal.shown(turnId);
  return shown.length >= count ? shown : undefined;
}

function summaries(house: House): string[] {
  return house.terminal.shown().map(({ reply }) => reply.summary);
}

/** The folder goes with the test, after the house that watches it. */
async function openHouseWithFolder(): Promise<{ house: House; folder: string } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "nexus-folder-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const house = stack.use(await openHouse({ settings: { NEXUS_WATCH_FOLDER: folder } }));
  const held = stack.move();
  return { house, folder, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

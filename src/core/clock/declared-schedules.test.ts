import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openStore } from "#core/store/store.ts";
import { pino } from "pino";
import { openDeclaredSchedules } from "./declared-schedules.ts";
import { NO_HOLIDAYS } from "./rule/holidays.ts";

const folder = mkdtempSync(join(tmpdir(), "nexus-declared-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENTRY = {
  name: "Standup briefing",
  rule: { cron: "30 8 * * 1-5", timeZone: "Europe/Lisbon", skipHolidays: true },
  sections: ["approvals", { module: "weather", capability: "current", input: { place: "Lisbon" }, title: "Weather" }],
  platform: "slack",
  tenant: "T1",
  channel: "C1",
  owner: "U1",
} as const;
const clock = () => new Date("2026-11-20T20:00:00Z");
const log = pino({ level: "silent" });
const holidays = { of: () => NO_HOLIDAYS, learn: () => undefined };

function write(value: unknown): string {
  const path = join(folder, "schedules.json");
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

test("what the file says is set once its workspace is known, once however often NEXUS starts, and anew when it changes", async () => {
  await using store = await openStore(":memory:", { clock });
  const deps = { store, holidays, clock, log };
  const first = await openDeclaredSchedules(write([ENTRY]), deps);
  await first.apply();
  const { org } = await store.people.identify({
    platform: "slack",
    tenantId: "T1",
    id: "U1",
    displayName: "Ada",
    affiliation: "member",
    platformRoleIds: [],
  });
  const { schedules } = store.forOrg(org);
  expect(await schedules.all()).toEqual([]);
  await first.apply();
  const [set] = await schedules.all();
  expect(set).toMatchObject({ plan: { title: "Standup briefing" }, state: "on", revision: 1 });
  expect(set?.nextAt).toEqual(new Date("2026-11-23T08:30:00Z"));
  const again = await openDeclaredSchedules(write([ENTRY]), deps);
  await again.apply();
  expect(await schedules.all()).toEqual([set]);
  if (set === undefined) throw new Error("nothing was set");
  expect(again.isDeclared(set.id)).toBe(true);
  const later = { ...ENTRY, rule: { ...ENTRY.rule, cron: "0 9 * * 1-5" } };
  await (await openDeclaredSchedules(write([later]), deps)).apply();
  expect(await schedules.all()).toMatchObject([
    { id: set.id, code: set.code, revision: 2, plan: { rule: later.rule } },
  ]);
});

test.each([
  ["no JSON", "{", "is not JSON"],
  ["a field that there is none of", [{ ...ENTRY, when: "daily" }], "is wrong at 0"],
  ["a section nobody knows", [{ ...ENTRY, sections: ["moon"] }], "is wrong at 0.sections.0"],
  ["a rule that comes every minute", [{ ...ENTRY, rule: { ...ENTRY.rule, cron: "* * * * *" } }], "“Standup briefing”"],
  ["a name twice", [ENTRY, ENTRY], "twice"],
])("a file with %s is refused at the start, and says where", async (_, value, because) => {
  await using store = await openStore(":memory:", { clock });
  const opening = openDeclaredSchedules(write(value), { store, holidays, clock, log });
  await expect(opening).rejects.toMatchObject({ code: "config_invalid", say: expect.stringContaining(because) });
});

test("a file that is not there is named", async () => {
  await using store = await openStore(":memory:", { clock });
  const opening = openDeclaredSchedules("/nowhere/schedules.json", { store, holidays, clock, log });
  await expect(opening).rejects.toMatchObject({ code: "config_invalid" });
});

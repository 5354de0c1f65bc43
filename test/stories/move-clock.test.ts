import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createScheduleClock } from "#core/clock/schedule-clock.ts";
import { createHolidayBook } from "#core/clock/holiday-book.ts";
import { openHolidayCalendar } from "#core/clock/holiday-calendar.ts";
import { HookId, newId, ScheduleId, WatchId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { SchedulePlan } from "#core/contract/schedule.ts";
import { WatchPlan } from "#core/contract/watch.ts";
import { openHouseKeys } from "#core/credentials/house-keys.ts";
import { NO_SECRET } from "#core/store/stored-hook.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { silent } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { room } from "./approval-office.ts";
import { PATIENCE } from "./console-terminal.ts";
import { asGitHub, openedIssue, readHook, setUpHook } from "./hook-kit.ts";
import { labelsOf, openHouse, textOf } from "./house.ts";
import { finish, temporaryDir } from "./service.ts";

const LONG = 120_000;
/** A Saturday. */
const NOW = new Date("2026-11-21T12:00:00Z");
const LATER = new Date("2026-12-10T12:00:00Z");
const actor = { ...testActor("acme", "ada"), displayName: "Ada Lovelace" };
const channel = room("standup");
const alone: Conversation = { ...room("dm-ada"), kind: "dm", audience: "just_me" };

async function withStore<T>(dataDir: string, work: (store: Store) => Promise<T>): Promise<T> {
  await using store = await openStore(join(dataDir, "nexus.db"), { clock: () => NOW });
  await openHouseKeys({ store, source: { ownFile: join(dataDir, "master.key") }, clock: () => NOW, log: silent });
  return await work(store);
}

/** One of each for a channel, and the same for Ada alone. */
async function setUp(store: Store): Promise<void> {
  const { org, person } = await store.people.identify(actor);
  const own = store.forOrg(org);
  const rule = { cron: "30 8 * * 1-5", timeZone: "Europe/Lisbon", skipHolidays: false };
  for (const [code, place, title] of [
    ["7F3K", channel, "Stand-up"],
    ["7F3M", alone, "For me alone"],
  ] as const) {
    const task = { do: "say", text: `${title}!`, isPrivate: false };
    const also = [{ ...alone, platform: "email", channelId: "ada@example.com" }];
    const plan = SchedulePlan.parse({ title, rule, misfire: "late", lateMinutes: 60, task, actor, place, also });
    await own.schedules.put({ id: newId(ScheduleId), person, code, plan, nextAt: LATER });
    const watch = WatchPlan.parse({
      title: `rate of ${title} is above 1`,
      module: "finance",
      capability: "rate",
      input: {},
      path: [],
      test: { is: "above", than: 1, orEqual: false, margin: 0 },
      often: "once",
      everyMinutes: 30,
      days: 31,
      actor,
      place,
      isPrivate: false,
    });
    await own.watches.put({ id: newId(WatchId), person, code, plan: watch, endsAt: LATER });
    const tell = { do: "tell", format: "github" } as const;
    const hook = { title: `GitHub of ${title}`, scheme: "github", task: tell, actor, place } as const;
    await own.hooks.put({ id: newId(HookId), person, code, plan: hook }, { sealed: "SEALED-CANARY", version: 1 });
  }
  const [hook] = await own.hooks.all();
  if (hook !== undefined) await own.hooks.setState(hook.id, ["on"], "paused");
}

test(
  "schedules, watches and hooks of channels move with their org; a hook says that it needs a new secret",
  async () => {
    using home = temporaryDir();
    const [there, here] = [join(home.path, "there"), join(home.path, "here")];
    const file = join(home.path, "acme.json");
    await finish(["ask", "help"], { dataDir: there });
    await withStore(there, setUp);
    const exported = await finish(["export", "--org", "test:acme", "--out", file], { dataDir: there });
    expect(exported).toMatchObject({ code: 0, stderr: "" });
    const text = readFileSync(file, "utf8");
    for (const kept of ["Stand-up!", "rate of Stand-up", "GitHub of Stand-up"]) expect(text).toContain(kept);
    for (const not of ["For me alone", "SEALED-CANARY", "Ada Lovelace", "ada@example.com"]) {
      expect(text).not.toContain(not);
    }

    const fingerprint = /the key (\S+)/.exec(exported.stdout)?.[1] ?? "";
    const imported = await finish(["import", file, "--trust", fingerprint], { dataDir: here });
    expect(imported).toMatchObject({ code: 0, stderr: "" });
    expect(imported.stdout).toContain("Hooks that need a new secret, and their senders the new address: 7F3K");
    expect((await finish(["import", file, "--trust", fingerprint], { dataDir: here })).stdout).toContain(
      "Changed: 0 values",
    );
    await withStore(here, async (store) => {
      const org = await store.people.orgOf("test", "acme");
      if (org === undefined) throw new Error("nothing was imported");
      const { schedules, watches, hooks } = store.forOrg(org);
      const clock = createScheduleClock({
        store,
        receive: () => Promise.reject(new Error("nothing is due")),
        holidays: createHolidayBook({
          house: await openHolidayCalendar(undefined, silent),
          calendars: store.dueCalendars,
        }),
        clock: () => NOW,
        log: silent,
      });
      await clock.look();
      await clock.stop();
      const [schedule, ...others] = await schedules.all();
      expect([schedule?.code, others.length, schedule?.state]).toEqual(["7F3K", 0, "on"]);
      // 8:30 on Monday in Lisbon, and not whatever stood there before.
      expect(schedule?.nextAt).toEqual(new Date("2026-11-23T08:30:00Z"));
      expect(schedule?.plan).toMatchObject({ place: channel, actor: { id: "ada" }, also: [] });
      expect(await watches.all()).toMatchObject([{ code: "7F3K", endsAt: LATER }]);
      expect(await hooks.all()).toMatchObject([{ code: "7F3K", state: "paused", hasSecret: false }]);
    });
  },
  LONG,
);

test(
  "an import over what is there gives each back as it was, keeps its secret, and takes away nothing newer",
  async () => {
    using home = temporaryDir();
    const dataDir = join(home.path, "data");
    const file = join(home.path, "acme.json");
    await finish(["ask", "help"], { dataDir });
    await withStore(dataDir, setUp);
    await finish(["export", "--org", "test:acme", "--out", file], { dataDir });
    await withStore(dataDir, async (store) => {
      const { org, person } = await store.people.identify(actor);
      const { schedules, hooks } = store.forOrg(org);
      const schedule = await schedules.byCode("7F3K");
      const hook = await hooks.byCode("7F3K");
      if (schedule === undefined || hook === undefined) throw new Error("nothing is there");
      await schedules.put({ ...schedule, plan: { ...schedule.plan, title: "Another" } });
      await hooks.put({ ...hook, plan: { ...hook.plan, title: "Another" } }, hook.secret);
      await hooks.put({ id: newId(HookId), person, code: "7F3P", plan: hook.plan }, hook.secret);
    });
    const done = await finish(["import", file], { dataDir });
    expect(done.stdout).toContain("Changed: 2 values");
    expect(done.stdout).not.toContain("new secret");
    await withStore(dataDir, async (store) => {
      const { org } = await store.people.identify(actor);
      const { schedules, hooks } = store.forOrg(org);
      expect((await schedules.byCode("7F3K"))?.plan).toMatchObject({
        title: "Stand-up",
        also: [{ platform: "email" }],
      });
      const [, , ...newer] = await hooks.all();
      expect(newer.map(({ code }) => code)).toEqual(["7F3P"]);
      expect(await hooks.byCode("7F3K")).toMatchObject({
        state: "paused",
        secret: { sealed: "SEALED-CANARY", version: 1 },
        plan: { title: "GitHub of Stand-up", actor: { displayName: "Ada Lovelace" } },
      });
    });
  },
  LONG,
);

test(
  "a hook that came with an import takes nothing until whoever asks for its secret has been shown a new one",
  async () => {
    await using house = await openHouse();
    const known = await setUpHook(house, "let GitHub post here");
    const id = newId(HookId);
    await using store = await openStore(join(house.dataDir, "nexus.db"), { clock: () => house.now() });
    const org = await store.people.orgOf("console", "local");
    if (org === undefined) throw new Error("there is no terminal");
    const { hooks } = store.forOrg(org);
    const [made] = await hooks.all();
    if (made === undefined) throw new Error("there is no hook");
    await hooks.put({ id, person: made.person, code: "7F3K", plan: { ...made.plan, title: "Moved" } }, NO_SECRET);

    const card = await house.say("hook 7F3K");
    expect(textOf(card)).toContain("it came with an import");
    expect(labelsOf(card)).toContain("Address and Secret");
    const url = known.url.replace(made.id, id);
    for (const secret of ["", known.secret]) {
      expect((await asGitHub({ url, secret }, "issues", openedIssue("too early"))).status).toBe(401);
    }
    const moved = await readHook(house, "7F3K");
    expect(moved.url).toBe(url);
    expect((await asGitHub(moved, "issues", openedIssue("after the move"))).status).toBe(202);
    await vi.waitUntil(
      () => house.terminal.shown().some(({ reply }) => reply.summary.includes("after the move")),
      PATIENCE,
    );
    expect(textOf(await house.say("hook 7F3K"))).toContain("shown once already");
    expect((await asGitHub({ url, secret: "" }, "issues", openedIssue("never"))).status).toBe(401);
  },
  LONG,
);

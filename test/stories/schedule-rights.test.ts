import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openStore } from "#core/store/store.ts";
import { controlsOf } from "#test/platforms/slack/act/controls.ts";
import type { SeenMessage } from "#test/platforms/slack/seen.ts";
import { waitUntil } from "./briefing-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { ADA, BEN, CYD, DM, GUS, labelsIn, live, OPS, type SlackHouse, wordsOf } from "./slack-house.ts";

vi.setConfig({ testTimeout: 120_000 });

const DAY = 24 * 60 * 60_000;
const MEMBERS_ONLY = "I only work for members of this workspace";
const WISH = "every weekday at 8:30 post weather in Lisbon and usage here";
/** 08:30 in Lisbon, where Ben's clocks are, from the Monday after the story's Friday on. */
const MORNINGS = [
  "2026-11-23T08:30:05Z",
  "2026-11-24T08:30:05Z",
  "2026-11-25T08:30:05Z",
  "2026-11-26T08:30:05Z",
] as const;

/** The value behind a button of a message, which a client could send with any press. */
function valueOf(message: SeenMessage, label: string): string {
  const found = controlsOf(message.blocks).find((control) => control.label === label);
  if (found?.element.value === undefined) throw new Error(`no “${label}” among ${labelsIn(message).join(", ")}`);
  return found.element.value;
}

async function storeOf({ house }: SlackHouse) {
  return openStore(join(house.dataDir, "nexus.db"), { clock: () => house.now() });
}

async function kept(house: SlackHouse) {
  await using store = await storeOf(house);
  const org = await store.people.orgOf("slack", house.slack.teamId);
  if (org === undefined) throw new Error("Slack has no org");
  const trail = await store.forOrg(org).auditTrail.find({ act: "schedule.adopted", limit: 20 });
  return { schedules: await store.forOrg(org).schedules.all(), adopted: trail.map(({ entry }) => entry) };
}

test("a guest on Slack sets up nothing: not in words, by a command, or with the Create of another's preview", () =>
  live(async (house) => {
    const [plan] = (await house.ask(BEN, OPS, WISH, { whispered: true })).replies;
    if (plan === undefined) throw new Error("no plan was shown");
    const { replies } = await house.ask(BEN, OPS, "what's the weather in Lisbon?");
    const [answer] = replies;
    if (answer === undefined) throw new Error("no answer was shown");
    const refused = () => house.whispers(GUS).filter(({ text }) => text.startsWith(MEMBERS_ONLY)).length;

    await house.ask(GUS, OPS, "every day at 9 post usage here", { whispered: true });
    expect(refused()).toBe(1);
    house.house.wait(DAY);
    await house.command(GUS, OPS, "digest usage every day at 9");
    expect(refused()).toBe(2);
    house.house.wait(DAY);
    const [why = ""] = labelsIn(answer).filter((label) => label === "Why");
    const value = valueOf(plan, "Create");
    await house.slack.press({ channel: OPS, ts: answer.ts, label: why, user: GUS, value });
    await vi.waitUntil(() => refused() === 3, PATIENCE);
    expect((await kept(house)).schedules).toEqual([]);

    // Nor is the plan of another member anybody's but theirs.
    await house.slack.press({ channel: OPS, ts: answer.ts, label: why, user: CYD, value });
    await house.whispered(CYD, ({ text }) => text !== "");
    expect((await kept(house)).schedules).toEqual([]);
    await house.press(BEN, OPS, plan, "Create");
    await vi.waitUntil(async () => (await kept(house)).schedules.length === 1, PATIENCE);
  }));

const posts = (house: SlackHouse) => house.said(OPS).filter((message) => wordsOf(message).includes("Ops briefing, "));
const post = (house: SlackHouse, count: number) =>
  vi.waitUntil(() => posts(house).length >= count && posts(house)[count - 1], PATIENCE);

test("a schedule whose owner has left is taken over by button and in words, with the new owner's rights, and given back", () =>
  live(async (house) => {
    await house.linkAda();
    await house.connectWeather();
    await house.ask(BEN, OPS, WISH, { whispered: true });
    await house.ask(BEN, OPS, "do it");
    await house.ask(ADA, OPS, "only let admins use weather", { whispered: true });
    await house.ask(ADA, OPS, "do it");
    waitUntil(house.house, MORNINGS[0]);
    expect(wordsOf(await post(house, 1))).toMatch(/Weather[^"]*[Aa]dmin/);

    house.slack.addPerson({ id: BEN, name: "Ben", tz: "Europe/Lisbon", deactivated: true });
    waitUntil(house.house, MORNINGS[1]);
    const asked = await house.shown(DM[ADA], ({ text }) => text.includes("is no member any more"));
    expect(labelsIn(asked)).toEqual(["Take It Over", "End It"]);
    const [schedule] = (await kept(house)).schedules;
    expect(schedule?.state).toBe("orphaned");
    const code = schedule?.code ?? "";

    // What it tells must be the new owner's to ask for.
    const cyds = await house.command(CYD, OPS, `adopt ${code}`);
    expect(wordsOf(cyds)).toContain("You can't take it over as it is.");
    const { replies: words } = await house.ask(CYD, OPS, "take over the ops briefing", { whispered: true });
    expect(wordsOf(words[0])).toContain("You can't take it over as it is.");
    expect((await kept(house)).schedules[0]?.state).toBe("orphaned");

    const { replies: adas } = await house.ask(ADA, OPS, "take over the ops briefing", { whispered: true });
    expect(adas[0]?.text).toContain("is yours now: it runs with your rights and accounts");
    expect((await kept(house)).schedules[0]).toMatchObject({ state: "on", plan: { actor: { id: ADA } } });
    const { replies: undone } = await house.ask(ADA, OPS, "undo");
    expect(undone[0]?.text).toContain("Undone: take over “Ops briefing”");
    expect((await kept(house)).schedules[0]).toMatchObject({ state: "orphaned", plan: { actor: { id: BEN } } });
    waitUntil(house.house, MORNINGS[2]);
    await house.command(CYD, OPS, "schedules");
    expect(posts(house)).toHaveLength(1);

    await house.press(ADA, DM[ADA], asked, "Take It Over");
    await house.shown(DM[ADA], ({ text }) => text.includes("is yours now"));
    waitUntil(house.house, MORNINGS[3]);
    const taken = wordsOf(await post(house, 2));
    expect(taken).toContain("°C");
    expect(taken).toContain("Set up by Ada");
    const { adopted } = await kept(house);
    expect(adopted).toHaveLength(3);
    expect(adopted.join()).toContain(code);
  }));

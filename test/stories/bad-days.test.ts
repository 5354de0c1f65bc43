import { describe, expect, test, vi } from "vitest";
import { openTerminal, PATIENCE } from "./console-terminal.ts";
import { DEMO } from "./demo-words.ts";
import { openHouse, textOf } from "./house.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
describe("a clock that jumps", () => {
  test("two hours back and forth between messages and over restarts loses none and keeps their order", async () => {
    await using house = await openHouse();
    const counts: string[] = [];
    const count = async () => void counts.push((await house.say(DEMO.count)).summary);
    await count();
    house.wait(-2 * HOUR);
    await count();
    house.wait(4 * HOUR);
    await count();
    await house.restart(() => house.wait(-2 * HOUR));
    await count();
    await house.restart(() => house.wait(2 * HOUR));
    await count();
    expect(counts.map((summary) => /\d+/.exec(summary)?.[0])).toEqual(["1", "2", "3", "4", "5"]);
  });

  test.each([-2 * HOUR, 2 * HOUR])(
    "by %i ms while an answer is made: it comes once, and nobody waits",
    async (jump) => {
      await using house = await openHouse();
      const { turnId } = await house.terminal.begin(DEMO.slow);
      await vi.waitUntil(() => house.terminal.transcript().includes('"status":"running"'), PATIENCE);
      house.wait(jump);
      await vi.waitUntil(() => house.terminal.shown(turnId).length > 0, PATIENCE);
      const after = await house.say(DEMO.count);
      expect(after.summary).toContain("counter is at 1");
      expect(house.terminal.shown(turnId)).toHaveLength(1);
    },
  );

  test("back while the terminal is away: the answer that waited is there on coming back", async () => {
    await using house = await openHouse();
    const { turnId } = await house.terminal.begin(DEMO.slow);
    await house.terminal[Symbol.asyncDispose]();
    await vi.waitUntil(() => house.log().includes("could not be shown yet"), PATIENCE);
    house.wait(-2 * HOUR);
    await using terminal = openTerminal(house.nexus.console.attach());
    await vi.waitUntil(() => terminal.shown(turnId).length > 0, PATIENCE);
    expect((await terminal.say(DEMO.count)).summary).toContain("counter is at 1");
    expect(terminal.shown(turnId)).toHaveLength(1);
  });

  test("back by more than a button lives leaves it working, forth ends it", async () => {
    await using house = await openHouse();
    const question = await house.say(DEMO.choose);
    house.wait(-2 * HOUR);
    expect((await house.press(question, "green")).summary).toContain("you chose green");
    house.wait(2 * HOUR + 97 * HOUR);
    expect(textOf(await house.press(question, "red"))).toContain("action_expired");
  });

  test("at the end of summer time: a day is still that day's meetings", async () => {
    await using house = await openHouse();
    // Sunday 1 November 2026, 00:30 in Toronto; at 02:00 the clocks there went back to 01:00.
    house.wait(Date.parse("2026-11-01T04:30:00Z") - house.now().getTime());
    expect(textOf(await house.say("what meetings do I have tomorrow?"))).toMatch(/November 2|Nov\.? 2|Mon/);
    expect((await house.say("what's the weather in Lisbon tomorrow?")).summary).toMatch(/Mon.* 2|2.*Nov/);
  });
});

describe("a message that waited", () => {
  test("for twelve minutes is answered, and labelled as delayed", async () => {
    await using house = await openHouse();
    const { turnId } = await house.terminal.begin(DEMO.slow);
    const late = await house.terminal.begin(DEMO.count);
    await vi.waitUntil(() => house.terminal.transcript().includes('"status":"running"'), PATIENCE);
    house.wait(12 * MINUTE);
    expect((await late.reply).summary).toContain("counter is at 1");
    expect(house.terminal.shown(late.turnId)[0]?.delayedMs).toBe(12 * MINUTE);
    expect(house.terminal.shown(turnId)).toHaveLength(1);
    await house.say(DEMO.count);
    expect(house.terminal.shown().at(-1)?.delayedMs).toBeUndefined();
  });

  test("for more than an hour is declined with its code, and not acted on", async () => {
    await using house = await openHouse();
    await house.terminal.begin(DEMO.slow);
    const late = await house.terminal.begin(DEMO.count);
    await vi.waitUntil(() => house.terminal.transcript().includes('"status":"running"'), PATIENCE);
    house.wait(61 * MINUTE);
    const declined = await late.reply;
    expect(declined.summary).toContain("waited too long");
    expect((await house.say(DEMO.count)).summary).toContain("counter is at 1");
    expect(textOf(declined)).toContain("expired");
  });

  test("over a night in which the machine was off is declined the next morning, not acted on", async () => {
    await using house = await openHouse({ settings: { NEXUS_SHUTDOWN_MS: "0" } });
    const { turnId } = await house.terminal.begin(DEMO.slow);
    const late = await house.terminal.begin(DEMO.count);
    await vi.waitUntil(() => house.terminal.transcript().includes('"status":"running"'), PATIENCE);
    await house.restart(() => house.wait(14 * HOUR));
    await vi.waitUntil(() => house.terminal.shown(late.turnId).length > 0, PATIENCE);
    for (const turn of [turnId, late.turnId]) {
      expect(house.terminal.shown(turn).map(({ reply }) => reply.summary)).toEqual([
        expect.stringContaining("waited too long"),
      ]);
    }
    expect((await house.say(DEMO.count)).summary).toContain("counter is at 1");
  });
});

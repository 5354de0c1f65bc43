import { describe, expect, test, vi } from "vitest";
import { PATIENCE } from "./console-terminal.ts";
import { DEMO } from "./demo-words.ts";
import { attach, run, temporaryDir } from "./service.ts";

describe("a process killed outright", () => {
  test.each([
    ["as soon as the message was taken", undefined],
    ["while the module was computing", '"status":"running"'],
  ])("%s: the answer comes after the next start, exactly once, and what was queued behind it too", async (...when) => {
    const [, moment] = when;
    using dir = temporaryDir();
    const [slow, count] = await (async () => {
      await using service = run(["start"], { dataDir: dir.path });
      await using terminal = await attach(dir.path);
      const first = await terminal.begin(DEMO.slow);
      const second = await terminal.begin(DEMO.count);
      if (moment !== undefined) await vi.waitUntil(() => terminal.transcript().includes(moment), PATIENCE);
      service.kill("SIGKILL");
      expect(await service.ended).toEqual({ code: null, signal: "SIGKILL" });
      return [first.turnId, second.turnId];
    })();

    await using service = run(["start"], { dataDir: dir.path });
    await using terminal = await attach(dir.path);
    await vi.waitUntil(() => terminal.shown(count).length > 0, PATIENCE);
    const again = await terminal.say(DEMO.count);
    expect(again.summary).toContain("counter is at 2");
    expect(terminal.shown().map(({ turnId }) => turnId)).toEqual([slow, count, expect.anything()]);
    expect(terminal.shown(slow)[0]?.reply.summary).toContain(DEMO.slowAnswer);
    service.kill("SIGTERM");
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  test("twenty messages at once and a kill among the answers: each is answered, in order", async () => {
    using dir = temporaryDir();
    const turns = await (async () => {
      await using service = run(["start"], { dataDir: dir.path });
      await using terminal = await attach(dir.path);
      const begun = [];
      for (let at = 0; at < 20; at++) begun.push((await terminal.begin(DEMO.count)).turnId);
      await vi.waitUntil(() => terminal.shown().length >= 3, PATIENCE);
      service.kill("SIGKILL");
      await service.ended;
      const seen = terminal.shown().map(({ turnId }) => turnId);
      return { begun, seen };
    })();

    await using _service = run(["start"], { dataDir: dir.path });
    await using terminal = await attach(dir.path);
    const last = turns.begun.at(-1);
    await vi.waitUntil(() => terminal.shown(last).length > 0, PATIENCE);
    const order = [...new Set([...turns.seen, ...terminal.shown().map(({ turnId }) => turnId)])];
    expect(order).toEqual(turns.begun);
    // A counter that had run but was not committed may count once more; nothing is counted less.
    const [final] = terminal.shown(last);
    expect(Number(/counter is at (\d+)/.exec(final?.reply.summary ?? "")?.[1])).toBe(20);
  });
});

describe("a process told to end", () => {
  test("in the middle of an answer finishes it first, and ends well", async () => {
    using dir = temporaryDir();
    await using service = run(["start"], { dataDir: dir.path });
    await using terminal = await attach(dir.path);
    const { reply } = await terminal.begin(DEMO.slow);
    await vi.waitUntil(() => terminal.transcript().includes('"status":"running"'), PATIENCE);
    service.kill("SIGTERM");
    expect((await reply).summary).toContain(DEMO.slowAnswer);
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  test("without the time to finish keeps the question, and the next start answers it once", async () => {
    using dir = temporaryDir();
    const turn = await (async () => {
      await using service = run(["start"], { dataDir: dir.path, settings: { NEXUS_SHUTDOWN_MS: "0" } });
      await using terminal = await attach(dir.path);
      const { turnId } = await terminal.begin(DEMO.slow);
      await vi.waitUntil(() => terminal.transcript().includes('"status":"running"'), PATIENCE);
      service.kill("SIGTERM");
      expect(await service.ended).toEqual({ code: 0, signal: null });
      expect(terminal.shown(turnId)).toEqual([]);
      return turnId;
    })();
    await using _service = run(["start"], { dataDir: dir.path });
    await using terminal = await attach(dir.path);
    await vi.waitUntil(() => terminal.shown(turn).length > 0, PATIENCE);
    expect((await terminal.say(DEMO.count)).summary).toContain("counter is at 1");
    expect(terminal.shown(turn)).toHaveLength(1);
  });
});

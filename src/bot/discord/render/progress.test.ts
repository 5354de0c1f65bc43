import { describe, expect, test } from "vitest";
import { messageFaultsOf } from "#test/discord-faults.ts";
import { token } from "./fixtures/replies.ts";
import { renderPrivateNotice, renderProgress } from "./progress.ts";

describe("while a turn takes its time", () => {
  test("its steps are named in words, with a button to stop", () => {
    const steps = [
      { id: "a", title: "Read the @everyone list", status: "done" },
      { id: "b", title: "Write *it*", status: "running" },
    ] as const;
    const message = renderProgress("Working", steps, token(1));
    expect(message.content?.replaceAll("\u2060", "")).toBe(
      "**Working**\n- Done: Read the @everyone list\n- Now: Write \\*it\\*",
    );
    expect(messageFaultsOf(message)).toEqual([]);
  });

  test("any number of steps fits one message", () => {
    const steps = Array.from(
      { length: 90 },
      (_, id) => ({ id: `${id}`, title: "*".repeat(400), status: "done" }) as const,
    );
    const message = renderProgress("*".repeat(900), steps, token(1));
    expect(messageFaultsOf(message)).toEqual([]);
    expect(message.content).toContain("78 earlier steps");
  });

  test("a private answer leaves a public line", () => {
    expect(renderPrivateNotice()).toEqual({ content: "I've sent that to you alone.", components: [], flags: 4 });
  });
});

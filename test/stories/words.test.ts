import { describe, expect, test } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { DEMO } from "./demo-words.ts";
import { actionsOf, INNER_LIFE, labelsOf, textOf } from "./house.ts";
import { channel, direct, openWorkspace } from "./workspace.ts";

const GENERAL = channel("general");
const UNSURE = "am I free to donate";

describe("manner 23 and 24: a name or a text from a person", () => {
  test("pings nobody and disguises no link, wherever it is said back", async () => {
    await using workspace = await openWorkspace();
    const evil = { displayName: "<!channel> @everyone [bank](https://evil.example)", place: GENERAL };
    const replies = [
      await workspace.say("whoami", evil),
      await workspace.say("time zone <!here> @here", evil),
      await workspace.say("disable weather", evil),
      await workspace.say("approvals", { ...evil, person: "bob" }),
    ];
    for (const reply of replies) {
      const words = textOf(reply) + reply.summary;
      expect(words).not.toMatch(/<!channel>|<!here>|@everyone|@here|\]\(https:/);
    }
    expect(textOf(replies[0] ?? never())).toContain("evil.example");
  });
});

function never(): never {
  throw new Error("there is no such reply");
}

describe("manner 43: an error", () => {
  test("says what failed and why, the next step, and a reference; no trace of our inner life", async () => {
    await using workspace = await openWorkspace();
    await workspace.house.say("sample off");
    const errors: [Reply, RegExp][] = [
      [await workspace.say("sample on"), /not_allowed · ref [0-9a-f]{8}/],
      [await workspace.say("link 0000-0000"), /link_refused · ref [0-9a-f]{8}/],
      [await workspace.say("approve 7F3K"), /action_expired · ref [0-9a-f]{8}/],
      [await workspace.say("who is on call this week?"), /cannot_do · ref [0-9a-f]{8}/],
      [await workspace.say("what's the weather in Lisbon?"), /credential_missing · ref [0-9a-f]{8}/],
      [await workspace.say("time zone Atlantis"), /slot_invalid · ref [0-9a-f]{8}/],
    ];
    for (const [reply, code] of errors) {
      const text = textOf(reply);
      expect(text).toMatch(code);
      expect(text).not.toMatch(INNER_LIFE);
      expect(reply.parts.slice(0, 2).map(({ type }) => type)).toEqual(["notice", "text"]);
      expect(labelsOf(reply).length > 0 || /`|ask one of them/i.test(text)).toBe(true);
    }
  });
});

describe("manner 44: an error", () => {
  test("tells what a person must mend from what passes by itself", async () => {
    await using workspace = await openWorkspace();
    await workspace.house.connectWeather();
    workspace.house.weather.mode = "500";
    const passing = await workspace.house.say("what's the weather in Oslo?");
    expect(textOf(passing)).toContain("upstream_unavailable");
    expect(labelsOf(passing)).toContain("Try Again");
    await workspace.house.say("disconnect weather");
    await workspace.house.say("sample off");
    const mending = await workspace.house.say("what's the weather in Bergen?");
    expect(textOf(mending)).toContain("credential_missing");
    expect(labelsOf(mending)).toContain("Connect OpenWeather API Key");
    expect(labelsOf(mending)).not.toContain("Try Again");
  });
});

describe("manner 45: help", () => {
  test("tells the role, the place, words that work there, and what waits", async () => {
    await using workspace = await openWorkspace();
    const viewer = textOf(await workspace.say("help", { person: "bob", place: GENERAL }));
    expect(viewer).toContain("You are a viewer here: you can ask me anything");
    expect(viewer).toContain("Others read along here, so what is private comes to you alone.");
    expect(viewer).toContain("Mention me and say `what's the weather");
    expect(textOf(await workspace.say("help rules", { person: "bob", place: GENERAL }))).not.toContain("`limit org");

    await workspace.makeOwner();
    await workspace.say("disable gaming", { person: "bob", place: GENERAL });
    const owner = textOf(await workspace.say("help"));
    expect(owner).toContain("You are an owner here");
    expect(owner).toContain("Nobody else reads this conversation.");
    expect(owner).toContain("- `what's the weather");
    expect(owner).toContain("1 request waits for your decision: say `approvals`.");
    expect(owner).toContain("`help rules`");
    expect(textOf(await workspace.say("help rules"))).toContain("`limit org 100 a day`");
    expect(textOf(await workspace.say("help", { person: "bob" }))).not.toContain("for your decision");
    expect(textOf(await workspace.house.say("help"))).toContain("This is your terminal.");
  });

  test("offers on Discord what works on Discord", async () => {
    await using workspace = await openWorkspace();
    const place = { ...direct("ada"), platform: "discord" } as const;
    const page = await workspace.house.nexus.core.home(
      {
        platform: "discord",
        tenantId: "1",
        id: "2",
        displayName: "ada",
        affiliation: "member",
        platformRoleIds: [],
      },
      place,
    );
    expect(textOf(page)).toContain("`/nexus ask what's the weather");
  });

  test("does not offer what is switched off", async () => {
    await using workspace = await openWorkspace();
    await workspace.makeOwner();
    const card = await workspace.say("disable weather");
    await workspace.pressOn(card, "Switch Off Weather");
    expect(textOf(await workspace.say("help"))).not.toContain("weather in");
  });
});

describe("manner 46: a request that could mean several things", () => {
  test("is answered with the two closest choices and a way to say neither; nothing is run", async () => {
    await using workspace = await openWorkspace();
    const asked = await workspace.say(UNSURE);
    const [one, other, ...rest] = labelsOf(asked);
    expect(new Set([one, other])).toEqual(new Set(["Calendar: Free Time", "Clash Royale: Clan Donations"]));
    expect(rest).toEqual(["Something Else", "Why"]);
    expect(textOf(await workspace.pressOn(asked, "Why"))).toContain("I ran nothing");
    expect(textOf(await workspace.pressOn(asked, "Something Else"))).toContain("cannot_do");
    expect((await workspace.pressOn(asked, "Calendar: Free Time")).summary).toMatch(/free/i);
  });
});

describe("manner 47: what no module does", () => {
  test("is said plainly and noted", async () => {
    await using workspace = await openWorkspace();
    const reply = await workspace.say("book me a flight to Lisbon");
    expect(reply.summary).toBe(
      "I can't do that yet: no installed module does it. I noted the request. Say `help` for what I can do now.",
    );
  });
});

describe("manner 49: an answer from a source", () => {
  test("names the source and its time, and sample data is called so", async () => {
    await using workspace = await openWorkspace();
    expect(textOf(await workspace.say("what's the weather in Lisbon?"))).toMatch(
      /\*\*Sample data\*\*, generated · Weather · as of /,
    );
  });
});

describe("manner 50: one voice", () => {
  test.each(["are you a bot?", "who are you?", "are you human"])("“%s” is told that this is a bot", async (words) => {
    await using workspace = await openWorkspace();
    expect((await workspace.say(words)).summary).toMatch(/^I am NEXUS, a bot\./);
  });
});

describe("manner 51: words for everyone", () => {
  test("labels begin with a capital and hold no emoji, one button at most is primary, and no summary is empty", async () => {
    await using workspace = await openWorkspace();
    await workspace.makeOwner();
    const replies: Reply[] = [];
    for (const words of [
      "help",
      "status",
      "modules",
      "roles",
      "whoami",
      "time zone",
      "connect weather",
      "show me my spending this month",
      "what's the weather in Lisbon?",
      "what meetings do I have today?",
      "who hasn't donated this week?",
      UNSURE,
      "disable weather",
      "approvals",
      "why",
      "who is on call this week?",
    ]) {
      replies.push(await workspace.say(words, { place: GENERAL }));
    }
    for (const reply of replies) {
      expect(reply.summary.trim().length).toBeGreaterThan(10);
      for (const label of labelsOf(reply)) expect(label).toMatch(/^\p{Lu}[^\p{Extended_Pictographic}]*$/u);
      const primary = actionsOf(reply).filter((action) => action.type === "button" && action.style === "primary");
      expect(primary.length).toBeLessThan(2);
      const headings = reply.parts.flatMap((part) => (part.type === "heading" ? [part.text] : []));
      expect(headings.join()).not.toMatch(/\p{Extended_Pictographic}/u);
      const takeaways = reply.parts.flatMap((part) => (part.type === "chart" ? [part.takeaway.length] : []));
      expect(Math.min(11, ...takeaways)).toBeGreaterThan(10);
    }
  });
});

describe("manner 62 and 63: a key typed into a message", () => {
  test("is refused to its sender alone, with advice to replace it, and said back by nothing", async () => {
    await using workspace = await openWorkspace();
    const key = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
    const refused = await workspace.say(`my key is ${key}`, { place: GENERAL });
    expect(refused.visibility).toBe("only_actor");
    expect(textOf(refused)).toContain("secret_in_message");
    expect(textOf(refused)).toContain("replace the key at its source");
    await workspace.say(DEMO.count, { place: GENERAL });
    expect(JSON.stringify(workspace.shown)).not.toContain(key);
    expect(workspace.house.log()).not.toContain(key);
  });
});

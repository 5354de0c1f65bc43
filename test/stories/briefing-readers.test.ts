import { describe, expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { emailPlace } from "#core/contract/email-place.ts";
import { CapabilityName, ModuleName, OrgId } from "#core/contract/ids.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { briefingPlan, houseSection, keepSchedule, keptOf, section, waitUntil } from "./briefing-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { fourEffects } from "./four-effects.ts";
import { textOf } from "./house.ts";
import { channel, direct, openWorkspace, type Workspace } from "./workspace.ts";

const STANDUP = { ...channel("standup"), name: "standup" };
const LONG = 60_000;
const MONDAY = "2026-11-23T13:30:00Z";
const HOUSE = (["approvals", "modules", "usage", "credentials", "proposals", "jobs"] as const).map(houseSection);

/** By whom and where the same briefing is had. */
function by(id: string, name: string, place: SchedulePlan["place"]): Partial<SchedulePlan> {
  return { actor: { ...testActor("acme", id), displayName: id }, title: name, place };
}

function post(place: Workspace, title: string): Promise<Reply> {
  return vi.waitUntil(
    () => place.shown.find(({ reply }) => reply.summary.startsWith(`${title}, Monday`))?.reply,
    PATIENCE,
  );
}

function lines(reply: Reply): string[] {
  return reply.parts.flatMap((part) => (part.type === "text" ? part.markdown.split("\n") : []));
}

describe("what NEXUS reports of itself", () => {
  test(
    "is told by role: all of it to an admin alone, numbers to a channel, one's own to a member, nothing to strangers",
    async () => {
      await using place = await openWorkspace();
      await place.makeOwner("boss");
      await place.say("what's the weather in Lisbon?", { person: "bob" });
      await place.say("disable gaming", { person: "bob" });
      const everywhere = channel("shared", "external");
      await keepSchedule(place.house, briefingPlan(HOUSE, by("boss", "Alone", direct("boss"))), "7F3K");
      await keepSchedule(place.house, briefingPlan(HOUSE, by("boss", "Channel", channel("standup"))), "9CD4");
      await keepSchedule(place.house, briefingPlan(HOUSE, by("bob", "Member", channel("random"))), "6EFG");
      await keepSchedule(place.house, briefingPlan(HOUSE, by("bob", "Own", direct("bob"))), "4HJK");
      const open = briefingPlan([...HOUSE, section("Weather", "weather", "current", { place: "Lisbon" })]);
      await keepSchedule(place.house, { ...open, ...by("boss", "Strangers", everywhere) }, "3MNP");
      waitUntil(place.house, MONDAY);

      const alone = lines(await post(place, "Alone"));
      expect(alone[0]).toBe("- **Approvals:** 1 waits for a decision (operators, admins and owners).");
      expect(alone[1]).toMatch(/^ {2}Oldest: `[A-Z0-9]{4}` .*Clash Royale/);
      expect(alone.join("\n")).toMatch(/\*\*Usage:\*\* \d[\d.]* units? yesterday, \d[\d.]* units? this month/);
      const shared = lines(await post(place, "Channel"));
      expect(shared[0]).toBe("- **Approvals:** 1 waits for a decision (operators, admins and owners).");
      expect(shared.join("\n")).not.toMatch(/Clash|Oldest/);
      expect(shared.join("\n")).toMatch(/\*\*Usage:\*\* \d/);
      const member = lines(await post(place, "Member")).join("\n");
      expect(member).toContain("- **Usage:** only admins can have everybody's usage posted.");
      expect(member).toContain("- **Jobs:** only operators and above see them.");
      expect(lines(await post(place, "Own")).join("\n")).toMatch(/\*\*Usage:\*\* you used \d/);
      const strangers = lines(await post(place, "Strangers"));
      expect(strangers.slice(0, 6).every((line) => line.endsWith("where people of other companies read along."))).toBe(
        true,
      );
      expect(strangers[6]).toMatch(/^- \*\*Weather:\*\* Lisbon: /);
    },
    LONG,
  );
});

describe("a section that cannot be", () => {
  test(
    "because it would change something, or is not for this channel, says so: nothing is done, and nobody is asked",
    async () => {
      await using place = await openWorkspace({ bundles: [fourEffects()] });
      await place.makeOwner();
      await place.say("policy modules weather, garden", { place: STANDUP });
      const sections = [
        section("Weather", "weather", "current", { place: "Lisbon" }),
        section("Clan", "gaming", "clan"),
        section("Fence", "garden", "paint"),
      ];
      await keepSchedule(place.house, briefingPlan(sections));
      waitUntil(place.house, MONDAY);
      const reply = await post(place, "Standup briefing");
      expect(lines(reply).slice(1)).toEqual([
        "- **Clan:** Clash Royale is not among what this channel allows.",
        "- **Fence:** it would change something, and a briefing only reads.",
      ]);
      expect(textOf(await place.say("approvals"))).toContain("No request waits");
    },
    LONG,
  );

  test(
    "of a schedule that is to change something is asked about each time, and done once people agree",
    async () => {
      await using place = await openWorkspace({ bundles: [fourEffects()] });
      await place.makeOwner("boss");
      const paint = { module: ModuleName.parse("garden"), capability: CapabilityName.parse("paint"), input: {} };
      const kept = await keepSchedule(place.house, briefingPlan([], { task: { do: "run", ...paint }, title: "Fence" }));
      waitUntil(place.house, MONDAY);
      const card = await vi.waitUntil(
        () => place.shown.find(({ reply }) => reply.card?.state === "open")?.reply,
        PATIENCE,
      );
      expect(card.summary).toContain("Garden paint");
      await vi.waitUntil(async () => (await keptOf(place.house, kept)).slots[0]?.state === "done", PATIENCE);
      expect((await keptOf(place.house, kept)).slots[0]?.result).toContain("asked for approval");
      const code = /approve ([A-Z0-9]{4})/.exec(textOf(card))?.[1] ?? /`([A-Z0-9]{4})`/.exec(textOf(card))?.[1];
      const voted = await place.say(`approve ${code}`, { person: "boss" });
      expect(textOf(voted)).toMatch(/approved/i);
      const isOver = await vi.waitUntil(
        () => place.shown.find(({ reply }) => reply.card?.state === "closed"),
        PATIENCE,
      );
      expect(isOver.conversation.channelId).toBe("standup");
    },
    LONG,
  );

  test(
    "goes to no address that its owner may not have written to",
    async () => {
      await using place = await openWorkspace();
      const mail = emailPlace(OrgId.parse("01a1fff5-b0a5-71c3-8ac1-602cebcfeba4"), "eve@evil.example", "just_me");
      const plan = briefingPlan([section("Weather", "weather", "current", { place: "Lisbon" })], { also: [mail] });
      const kept = await keepSchedule(place.house, plan);
      waitUntil(place.house, MONDAY);
      await post(place, "Standup briefing");
      expect((await keptOf(place.house, kept)).slots).toMatchObject([{ state: "done" }]);
      expect(place.house.log()).not.toContain("eve@evil.example");
    },
    LONG,
  );
});

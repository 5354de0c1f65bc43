import { describe, expect, test } from "vitest";
import { AuditDraft } from "#core/contract/audit.ts";
import { Effect } from "#core/contract/manifest.ts";
import type { Conversation } from "#core/contract/message.ts";
import { testActor } from "#test/platforms/test-message.ts";
import {
  isClosed,
  isResult,
  type Office,
  officeWithOperators,
  ONE_OPERATOR,
  openOffice,
  room,
} from "./approval-office.ts";
import { askFor, fourEffects } from "./four-effects.ts";
import { labelsOf, textOf } from "./house.ts";

const GROUPS = [
  { id: "777", name: "Night Shift" },
  { id: "888", name: "Bosses" },
  { id: "889", name: "bosses" },
];

/** A garden in which Olga is owner and Adam admin. */
async function openGarden() {
  const office = await openOffice({ bundle: fourEffects(), groups: GROUPS, policies: { money: ONE_OPERATOR } });
  await office.give("olga", "owner");
  await office.give("adam", "admin");
  return office;
}

async function said(office: Office, person: string, text: string, place?: Conversation): Promise<string> {
  return textOf((await office.say(person, text, place)).reply);
}

describe("what a channel allows", () => {
  test("is set by an admin, holds there and in its threads, for everybody, and nowhere else", async () => {
    await using garden = await openGarden();
    const shed = room("shed");
    expect(await said(garden, "adam", "policy effects read", shed)).toContain(
      "read (before: read, write, money, notify)",
    );
    const refused = await garden.say("olga", askFor("write"), shed);
    expect(refused.reply.visibility).toBe("only_actor");
    expect(textOf(refused.reply)).toContain("This channel does not let me change anything outside.");
    const thread: Conversation = {
      ...shed,
      key: room("shed-1").key,
      channelId: "shed-1",
      parentId: "shed",
      kind: "thread",
    };
    expect(await said(garden, "olga", askFor("write"), thread)).toContain("channel_closed");
    expect(await said(garden, "ada", askFor("read"), shed)).toContain("done look");
    expect(await said(garden, "ada", askFor("write"))).toContain("Approvals");
  });

  test("may be said for everywhere, and a channel with a policy of its own keeps that", async () => {
    await using garden = await openGarden();
    await garden.say("adam", "policy modules all", room("lab"));
    expect(await said(garden, "adam", "policy everywhere modules none")).toContain("1 channel has a policy of its own");
    expect(await said(garden, "ada", askFor("read"))).toContain("Garden is not among what this channel allows.");
    expect(await said(garden, "ada", askFor("read"), room("lab"))).toContain("done look");
    await garden.say("adam", "policy everywhere reset");
    expect(await said(garden, "ada", askFor("read"))).toContain("done look");
  });

  test("where nothing leaves the building, a module that would is refused in one line", async () => {
    await using garden = await openGarden();
    await garden.say("adam", "policy stay inside on");
    expect(await said(garden, "ada", askFor("read"))).toContain(
      "Nothing said in this channel leaves the building, and Garden would ask effects.example.com.",
    );
    expect(garden.effects).toEqual([]);
  });

  test("without installs nobody switches modules from there, by word or by button", async () => {
    await using garden = await openGarden();
    const off = await garden.say("adam", "disable garden");
    await garden.press("adam", off, "Switch Off Garden");
    await garden.card(off, isClosed);
    const offered = await garden.say("ada", askFor("read"));
    await garden.say("adam", "policy installs off");
    for (const ask of ["enable garden", "enable garden."]) {
      expect(await said(garden, "olga", ask)).toContain("Modules are not switched from this channel.");
    }
    const turn = await garden.press("ada", offered, "Ask to Switch On Garden");
    expect(textOf((await garden.shown(({ turnId }) => turnId === turn)).reply)).toContain("channel_closed");
  });

  test("is nothing a viewer or an operator changes, and a module nobody has is no policy", async () => {
    await using garden = await openGarden();
    await garden.give("bob", "operator");
    for (const person of ["ada", "bob"]) {
      expect(await said(garden, person, "policy installs off")).toContain(
        "Only admins and owners can say what a channel allows",
      );
      expect(await said(garden, person, "grant garden to admins")).toContain("not_allowed");
    }
    expect(await said(garden, "adam", "policy modules garden, zoo")).toContain("I know no module called “zoo”");
    expect(await said(garden, "ada", "policy")).toContain("Nobody has said anything about it");
  });
});

describe("who may use a module", () => {
  test("is a role or more, and for some effects only; asked for again when the button is pressed", async () => {
    await using garden = await openGarden();
    expect(await said(garden, "adam", "grant garden to operators")).toContain(
      "Garden is for operators, admins and owners now. Before: for anybody here.",
    );
    expect(await said(garden, "ada", askFor("read"))).toContain("Garden is for operators, admins and owners.");
    await garden.give("bob", "operator");
    expect(await said(garden, "bob", askFor("read"))).toContain("done look");
    await garden.say("adam", "grant garden effects read");
    expect(await said(garden, "bob", askFor("write"))).toContain("Garden may not change anything outside here");
    await garden.say("adam", "grant garden reset");
    expect(await said(garden, "ada", askFor("read"))).toContain("done look");
  });

  test("what is only for admins is decided on by admins only, also when that was said after it was asked for", async () => {
    await using garden = await openGarden();
    await garden.give("bob", "operator");
    await garden.give("ada", "admin");
    const early = await garden.say("ada", askFor("write"));
    await garden.say("adam", "grant garden to admins");
    const turn = await garden.press("bob", early, "Run It");
    expect(textOf((await garden.shown(({ turnId }) => turnId === turn)).reply)).toContain("gate_changed");
    const late = await garden.say("ada", askFor("write"));
    const refused = await garden.press("bob", late, "Run It");
    expect(textOf((await garden.shown(({ turnId }) => turnId === refused)).reply)).toContain(
      "Only admins and owners can decide this.",
    );
    expect(garden.effects).toEqual([]);
    await garden.press("adam", late, "Run It");
    await garden.shown(isResult);
    expect(garden.effects).toHaveLength(1);
  });
});

describe("an author who lost the right before others agreed", () => {
  test.each([
    [
      "left",
      (office: Office) => Promise.resolve(office.become("ada", { affiliation: "external" })),
      "no longer a member",
    ],
    ["lost the module", (office: Office) => office.say("adam", "grant garden to admins"), "gate_changed"],
    ["lost the channel", (office: Office) => office.say("adam", "policy effects read"), "may not any more"],
  ] as const)("%s: it is not done, and both are told", async (_, lose, word) => {
    await using garden = await openGarden();
    const card = await garden.say("ada", askFor("write"));
    await lose(garden);
    const turn = await garden.press("olga", card, "Run It");
    const told = await garden.shown(({ turnId, reply }) => turnId === turn && reply.visibility === "only_actor");
    expect(textOf(told.reply)).toContain(word);
    await garden.shown(({ turnId, reply }) => turnId === turn && reply.summary.includes("I didn't run it"));
    await garden.card(card, isClosed);
    expect(garden.effects).toEqual([]);
  });

  test("a channel that closed to switching: the module stays as it is", async () => {
    await using garden = await openGarden();
    const card = await garden.say("ada", "disable garden");
    await garden.say("adam", "policy installs off");
    const turn = await garden.press("adam", card, "Switch Off Garden");
    expect(textOf((await garden.shown(({ turnId }) => turnId === turn)).reply)).toContain(
      "no longer lets modules be switched",
    );
    expect(await said(garden, "ada", askFor("read"))).toContain("done look");
  });
});

describe("groups of the platform", () => {
  test("give their members a role for as long as they are in it, to decide and to be refused at the very click", async () => {
    await using garden = await openGarden();
    expect(await said(garden, "olga", "map @night shift operator")).toContain(
      "Members of Night Shift are each an operator",
    );
    garden.become("bob", { platformRoleIds: ["777"] });
    expect(await said(garden, "bob", "roles")).toContain("You are an operator here, as a member of Night Shift.");
    const card = await garden.say("ada", askFor("write"));
    garden.become("bob", { platformRoleIds: [] });
    garden.wait(1_000);
    const turn = await garden.press("bob", card, "Run It");
    expect(textOf((await garden.shown(({ turnId }) => turnId === turn)).reply)).toContain("not_allowed");
    garden.become("bob", { platformRoleIds: ["777"] });
    garden.wait(1_000);
    await garden.press("bob", card, "Run It");
    await garden.shown(isResult);
    expect(await said(garden, "olga", "unmap 777")).toContain("Before: operator.");
    expect(await said(garden, "bob", "roles")).toContain("You are a viewer here.");
  });

  test("are mapped by owners, never to owner, never by a name that two have", async () => {
    await using garden = await openGarden();
    expect(await said(garden, "adam", "map @Night Shift operator")).toContain("Only owners can say which groups");
    expect(await said(garden, "olga", "map @Night Shift owner")).toContain("Owners are named one by one");
    expect(await said(garden, "olga", "map @bosses admin")).toContain("Several groups have that name");
    expect(await said(garden, "olga", "map <@&889> admin")).toContain("Members of bosses are each an admin");
    expect(await said(garden, "olga", "map @nobody admin")).toContain("I know no group called “nobody”");
    expect(await said(garden, "ada", "maps")).toContain("bosses");
  });

  test("where the platform does not tell of groups, that is said", async () => {
    await using office = await officeWithOperators();
    await office.give("olga", "owner");
    expect(await said(office, "olga", "map @ops operator")).toContain("platform_refused");
  });
});

describe("help, modules, completion and home", () => {
  test("list exactly what this person may do here, whatever role, channel and grant say", async () => {
    await using garden = await openGarden();
    const grants = ["grant garden reset", "grant garden to operators", "grant garden effects read, notify"];
    const policies = ["policy reset", "policy effects read, write", "policy stay inside on", "policy modules none"];
    const wrong: string[] = [];
    for (const [at, grant] of grants.entries()) {
      for (const [also, policy] of policies.entries()) {
        const person = (at + also) % 2 === 0 ? "ada" : "adam";
        const place = room(`place-${at}-${also}`);
        await garden.say("adam", grant);
        await garden.say("adam", policy, place);
        const words = (await garden.core.complete(testActor("acme", person), "", 100, place)).join("\n");
        const help = await said(garden, person, "help", place);
        for (const effect of Effect.options) {
          const answer = await said(garden, person, askFor(effect), place);
          const isRefused = /not_allowed|channel_closed/.test(answer);
          const isNamed = words.split("\n").includes(askFor(effect));
          // Help names the first two capabilities of a module that are theirs.
          if (isNamed === isRefused || (isRefused && help.includes(askFor(effect)))) {
            wrong.push(`${person}, ${grant}, ${policy}, ${effect}`);
          }
        }
        expect(/1 (?:more )?module is not for you here/.test(help)).toBe(!words.split("\n").includes("garden"));
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  test("help names no command that would be refused, and completion none either", async () => {
    await using garden = await openGarden();
    const help = await said(garden, "ada", "help all");
    for (const command of ["sample on|off", "make <name> operator", "grant <module>", "map <group>", "`audit`"]) {
      expect(help).not.toContain(command);
      expect(await said(garden, "olga", "help all")).toContain(command);
    }
    const words = await garden.core.complete(testActor("acme", "ada"), "", 100);
    for (const word of ["sample", "make", "limit", "maps", "audit", "keys"]) expect(words).not.toContain(word);
    await garden.say("adam", "policy installs off");
    expect(await said(garden, "olga", "help all")).not.toContain("enable|disable");
    expect(await garden.core.complete(testActor("acme", "olga"), "disable", 5, room("general"))).toEqual([]);
  });

  test("an unsure answer offers nothing that is not theirs", async () => {
    await using garden = await openGarden();
    await garden.say("adam", "policy effects read");
    const unsure = await garden.say("ada", "the gardener and the fence and the greenhouse");
    expect(labelsOf(unsure.reply).filter((label) => /Pay|Paint|Ring/.test(label))).toEqual([]);
  });

  test("the home page suggests only what is theirs", async () => {
    await using garden = await openGarden();
    await garden.say("adam", "grant garden to operators");
    expect(textOf(await garden.core.home(testActor("acme", "ada"), room("general")))).not.toContain(askFor("read"));
    expect(textOf(await garden.core.home(testActor("acme", "olga"), room("general")))).toContain(askFor("read"));
  });
});

test("every change of a right and every refusal is in the audit, with who and by which right", async () => {
  await using garden = await openGarden();
  await garden.idOf("ada");
  await garden.say("adam", "policy effects read");
  await garden.say("adam", "grant garden to operators");
  await garden.say("olga", "map @Night Shift operator");
  await garden.say("olga", "make ada operator");
  await garden.say("ada", askFor("write"));
  await garden.say("ada", "sample off");
  const { org } = await garden.store.people.identify(testActor("acme", "ada"));
  const rows = await garden.store.forOrg(org).auditTrail.find({ limit: 50 });
  const entries = rows.map(({ entry }) => AuditDraft.parse(JSON.parse(entry)));
  const [adam, olga, ada] = [await garden.idOf("adam"), await garden.idOf("olga"), await garden.idOf("ada")];
  expect(entries.map(({ act, actor, right }) => [act, actor.id, right])).toEqual([
    ["policy.changed", adam, "policy.manage"],
    ["module.granted", adam, "module.grant"],
    ["role.mapped", olga, "role.map"],
    ["role.granted", olga, "role.grant"],
    ["right.refused", ada, "operator: write"],
    ["right.refused", ada, "sample.switch"],
  ]);
});

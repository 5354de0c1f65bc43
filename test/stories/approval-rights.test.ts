import { describe, expect, test } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import { refFor } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { ASK, isClosed, isResult, officeWithOperators, openOffice, room, TWO_OTHERS } from "./approval-office.ts";
import { buttonOf, labelsOf, textOf } from "./house.ts";

describe("roles", () => {
  test("an owner makes somebody an operator by mention, who then may decide; a viewer makes nobody anything", async () => {
    await using office = await openOffice();
    await office.give("olga", "owner");
    const card = await office.say("ada", ASK);
    expect(textOf(card.reply)).toContain("olga can decide this");
    const refused = await office.say("ada", "make ada operator");
    expect([refused.reply.visibility, textOf(refused.reply)]).toEqual([
      "only_actor",
      expect.stringContaining("not_allowed"),
    ]);
    expect((await office.say("olga", "make <@ADA> an operator")).reply.summary).toContain(
      "ada is an operator here now",
    );
    expect(textOf((await office.say("olga", "roles")).reply)).toContain('["ada","operator"]');
    await office.press("ada", card, "Run It");
    await office.shown(isResult);
    expect((await office.say("olga", "make olga viewer")).reply.summary).toContain("the only owner");
    expect((await office.say("olga", "make nobody-we-know admin")).reply.summary).toContain(
      "I know nobody by that name",
    );
  });

  test("APV-029: where two people have one name, it is asked which is meant", async () => {
    await using office = await openOffice();
    await office.give("olga", "owner");
    for (const id of ["U1", "U2"]) {
      await office.store.people.identify({ ...testActor("acme", id), displayName: "Kim" });
    }
    const asked = await office.say("olga", "make Kim operator");
    expect(labelsOf(asked.reply)).toEqual(["Kim (U1)", "Kim (U2)"]);
    await office.press("olga", asked, "Kim (U2)");
    await office.shown(({ reply }) => reply.summary.includes("Kim is an operator here now"));
    expect(textOf((await office.say("olga", "roles")).reply).match(/Kim/g)).toHaveLength(1);
  });

  test("where nobody has to agree, an effect takes place at once", async () => {
    await using office = await openOffice({ policies: { write: { ...TWO_OTHERS, approvals: 0 } } });
    expect((await office.say("ada", ASK)).reply.summary).toContain("done");
    expect(office.effects).toHaveLength(1);
  });
});

describe("where approvals go", () => {
  test("an admin has the cards sent to one channel; who asked is told where, and hears the result", async () => {
    await using office = await officeWithOperators();
    await office.give("olga", "admin");
    expect((await office.say("bob", "approvals here", room("ops"))).reply.summary).toContain("Only admins");
    await office.say("olga", "approvals here", room("ops"));
    const note = await office.say("ada", ASK);
    expect(note.reply.summary).toContain("I sent the request to #ops");
    const card = await office.shown(({ reply }) => reply.card !== undefined);
    expect(card.conversation.channelId).toBe("ops");
    await office.press("bob", card, "Run It");
    const result = await office.shown(isResult);
    expect([result.conversation.channelId, result.actor.id]).toEqual(["general", "ada"]);
    await office.shown(
      ({ conversation, reply }) => conversation.channelId === "ops" && reply.summary.endsWith("done."),
    );
    expect(await office.card(card, isClosed)).toBeDefined();
    await office.say("olga", "approvals where asked", room("ops"));
    expect((await office.say("ada", ASK)).reply.card?.state).toBe("open");
  });

  test("manner 15: when the card cannot be shown, it is not done, and who asked is told", async () => {
    await using office = await officeWithOperators({
      deliver: (outbound) =>
        outbound.conversation.channelId === "gone"
          ? Promise.reject(new NexusError("platform_refused", "the channel is archived"))
          : Promise.resolve(refFor(outbound)),
    });
    await office.give("olga", "admin");
    const { org } = await office.store.people.identify((await office.say("olga", "approvals")).actor);
    await office.store.forOrg(org).gates.setChannel(room("gone"));
    const note = await office.say("ada", ASK);
    const word = await office.shown(({ reply }) => reply.summary.includes("I could not show this request"));
    expect([word.actor.id, word.conversation.key]).toEqual(["ada", note.conversation.key]);
    const code = /`(\w{4})`/.exec(textOf(note.reply))?.[1] ?? "";
    const late = await office.say("bob", `approve ${code}`);
    expect(textOf(late.reply)).toContain("gate_closed");
    expect(office.effects).toEqual([]);
  });
});

describe("switching a module", () => {
  test("manners 2 and 13: off only after an approval that is asked about once more; Undo asks for the opposite", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", "disable act");
    expect(card.reply.parts[0]).toEqual({
      type: "heading",
      text: "Switch off Act 1.0.0: network effects.example.com",
    });
    expect(buttonOf(card.reply, "Switch Off Act").confirm?.ok).toBe("Switch Off");
    await office.press("bob", card, "Switch Off Act");
    const done = await office.shown(
      ({ reply }) => reply.card === undefined && reply.summary === "Act is off here now.",
    );
    expect(textOf((await office.say("ada", "modules")).reply)).toContain('"off"');
    expect(textOf((await office.say("ada", "help")).reply)).not.toContain("drill effect");

    const refused = await office.say("ada", ASK);
    expect(textOf(refused.reply)).toContain("module_off");
    await office.press("ada", refused, "Ask to Switch On Act");
    const asked = await office.shown(
      ({ reply }) => reply.card?.state === "open" && reply.summary.includes("Switch on"),
    );
    await office.press("bob", done, "Undo");
    const again = await office.shown(
      ({ reply, id }) => reply.card?.state === "open" && reply.summary.includes("Switch on") && id !== asked.id,
    );
    expect(await office.card(asked, isClosed)).toBeDefined();
    await office.press("cleo", again, "Switch On Act");
    await office.shown(({ reply }) => reply.summary === "Act is on here now.");
    expect((await office.say("ada", ASK)).reply.card?.state).toBe("open");
  });

  test("what waits for an approval is not run once its module is off", async () => {
    await using office = await officeWithOperators();
    const card = await office.say("ada", ASK);
    const off = await office.say("ada", "disable act");
    await office.press("bob", off, "Switch Off Act");
    await office.shown(({ reply }) => reply.summary === "Act is off here now.");
    const turn = await office.press("bob", card, "Run It");
    await office.shown(({ turnId, reply }) => turnId === turn && textOf(reply).includes("gate_changed"));
    expect(office.effects).toEqual([]);
  });
});

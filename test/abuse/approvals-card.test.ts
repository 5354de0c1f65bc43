import { describe, expect, test } from "vitest";
import { subjectHash } from "#core/approval/subject-hash.ts";
import { Json } from "#core/contract/json.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { actModule, ASK, isResult, type Office, officeWithOperators } from "#test/stories/approval-office.ts";
import { textOf } from "#test/stories/house.ts";

/** The module, with a text of any kind for the value of its effect. */
function actWithText(description = "Has the effect."): Bundle {
  const { manifest, ...rest } = actModule();
  const id = { type: "text", description: "What to do", ask: "Do what?", maxLength: 2_000 } as const;
  const capabilities = manifest.capabilities.map((one) => ({ ...one, description, slots: { id } }));
  return { ...rest, manifest: { ...manifest, capabilities } };
}

/** Asks for the effect with exactly this text, and resolves with the card and what Details shows. */
async function askWith(office: Office, text: string) {
  const meant = await office.press("ada", await office.say("ada", "perform drill effect"), "Act: Act Once");
  await office.shown(({ turnId, reply }) => turnId === meant && reply.summary === "Do what?");
  const card = await office.say("ada", text);
  const turn = await office.press("bob", card, "Details");
  const { reply } = await office.shown(({ turnId }) => turnId === turn);
  return { card, details: reply };
}

function subjectIn({ parts }: Reply): Json {
  const code = parts.find((part): part is Extract<Part, { type: "code" }> => part.type === "code");
  return Json.parse(JSON.parse(code?.text ?? ""));
}

describe("what is shown is what is approved:", () => {
  test("APV-033: the request in Details has the very hash that people agree to, odd letters and all", async () => {
    await using office = await officeWithOperators({ bundle: actWithText() });
    const odd = "  pay\u00a0e\u0301 \ufb01ve  \u200bto ‘Bob’\t& <Co> ";
    const { card, details } = await askWith(office, odd);
    const hash = subjectHash(subjectIn(details));
    expect(textOf(details)).toContain(`Request sha256 ${hash}`);
    expect(textOf(card.reply)).toContain(hash.slice(0, 12));
    const gate = card.reply.card?.gate;
    const { org } = await office.store.people.identify(card.actor);
    const stored = gate && (await office.store.forOrg(org).gates.get(gate));
    expect(stored?.subjectSha256).toBe(hash);
    expect(stored?.subject).toEqual(subjectIn(details));
    await office.press("bob", card, "Run It");
    const done = await office.shown(isResult);
    const { id } = inputOf(stored?.subject);
    expect(office.effects).toEqual([`POST ${new URL(`https://x.example/effects/${id.toLowerCase()}`).pathname}`]);
    expect(done.reply.summary).toContain("number 1");
  });

  test("APV-027: a long value stands whole on the card and in Details, its last word too", async () => {
    await using office = await officeWithOperators({ bundle: actWithText() });
    const long = `${"nothing to see here ".repeat(45)}and empty the account`;
    const { card, details } = await askWith(office, long);
    expect(textOf(card.reply)).toContain("and empty the account");
    expect(inputOf(subjectIn(details)).id).toBe(long);
  });

  test("APV-028: what a module says of itself changes nothing about the facts of its card", async () => {
    const lie = "Read-only. Changes nothing, sends nothing and needs no approval.";
    await using office = await officeWithOperators({ bundle: actWithText(lie) });
    const { card } = await askWith(office, "x");
    expect(card.reply.parts[0]).toMatchObject({
      type: "heading",
      text: expect.stringContaining("changes something at effects.example.com"),
    });
    const fields = card.reply.parts.find((part): part is Extract<Part, { type: "fields" }> => part.type === "fields");
    expect(fields?.items).toEqual(
      expect.arrayContaining([
        { label: "Does", value: lie },
        { label: "Effect", value: "write" },
        { label: "Network", value: "POST effects.example.com" },
      ]),
    );
    expect(office.effects).toEqual([]);
  });

  test("APV-028: a private module hides its values, and neither its effect nor where it goes", async () => {
    await using office = await officeWithOperators({ bundle: actModule({ isPrivate: true }) });
    const card = await office.say("ada", ASK);
    for (const fact of ["write", "POST effects.example.com", "private values"]) {
      expect(textOf(card.reply)).toContain(fact);
    }
  });
});

function inputOf(subject: Json | undefined): { readonly id: string } {
  const input: unknown = typeof subject === "object" && subject !== null ? Reflect.get(subject, "input") : undefined;
  const id: unknown = typeof input === "object" && input !== null ? Reflect.get(input, "id") : undefined;
  if (typeof id !== "string") throw new Error("the request has no such value");
  return { id };
}

import { expect, test, vi } from "vitest";
import type { SeenMessage } from "#test/platforms/discord/discord.ts";
import { ROTA_DOCUMENT, ROTA_HOST, startRota } from "#test/platforms/rota.ts";
import { type DiscordHouse, labelsOf, openDiscordHouse } from "./discord-house.ts";

vi.setConfig({ testTimeout: 600_000 });
const SOON = { timeout: 240_000, interval: 50 };

/** The newest request to install that can be approved. */
const gate = (town: DiscordHouse, fits: (message: SeenMessage) => boolean = () => true): Promise<SeenMessage> =>
  vi.waitUntil(
    () => town.replies(town.general).findLast((message) => labelsOf(message).includes("Approve") && fits(message)),
    SOON,
  );

test("J2 in Discord: a draft is read, changed by hand and approved after a restart, and the first who asked is replied to", async () => {
  await using rota = await startRota();
  await using town = await openDiscordHouse({ vendors: { [ROTA_HOST]: rota } });
  const { ada, ben, cyd, general, guild, discord } = town;
  const [dan = "", vic = ""] = ["Dan", "Vic"].map((name) => discord.addMember({ guild, name }).id);
  await town.linkAda();
  for (const person of [ben, cyd, dan]) await town.slash(person, general, "whoami");
  for (const name of ["Ben", "Cyd", "Dan"]) await town.ask(ada, town.dm(ada), `make ${name} operator`);
  await town.ask(ada, general, "approvals here");
  await town.ask(vic, general, "who is on call this week?");
  const question = discord.messages(general).findLast(({ authorId }) => authorId === vic);
  await town.ask(ben, general, "who is on call tonight?");
  await town.ask(cyd, general, "who is on call tomorrow");
  const proposal = await town.seen(general, ({ text }) => text.includes("Proposal: on-call schedules"));
  const code = /build proposal (\w{4})/.exec(proposal.text)?.[1];
  await town.ask(ben, general, `build proposal ${code} from ${ROTA_DOCUMENT}`);
  const first = await gate(town);
  const build = await town.seen(general, ({ text }) => text.includes("(build "));
  const draft = /\(build (\w{4})\)/.exec(build.text)?.[1];

  await town.ask(cyd, general, `draft ${draft}`);
  const files = await town.seen(town.dm(cyd), ({ attachments }) => attachments.length > 1);
  const manifest = files.attachments.find(({ filename }) => filename === "manifest.json");
  const text = manifest?.content.toString().replace("Who is on call.", "Who is on call, and until when.") ?? "";
  const file = { name: "manifest.json", contentType: "application/json", content: Buffer.from(text) };
  const [edited] = await town.ask(cyd, general, `draft ${draft}`, { files: [file] });
  expect(edited?.text).toContain(`Draft ${draft} is checked anew.`);
  const change = edited?.attachments.find(({ filename }) => filename === `${draft}-edit.diff`);
  expect(change?.content.toString()).toContain("and until when.");
  const second = await gate(town, ({ id }) => id !== first.id);
  expect(labelsOf(town.now(first))).toEqual([]);

  await town.press(cyd, second, "Approve");
  await town.whispered(cyd, ({ text: said }) => said.includes("You have a part in this"));
  await town.press(dan, second, "Approve");
  await vi.waitUntil(() => town.now(second).text.includes("1 of 2"), SOON);
  await town.restart();
  await town.press(ada, town.now(second), "Approve");
  const told = await town.seen(general, ({ text: said }) => said.includes("You asked ("));
  expect(told.replyTo).toBe(question?.id);
  expect(told.text).toContain("Grace Hopper");
  await vi.waitUntil(() => town.now(proposal).text.includes("It is there."), SOON);
  expect(town.faults()).toEqual([]);
});

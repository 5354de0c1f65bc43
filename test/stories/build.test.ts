import { expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { ROTA_DOCUMENT, ROTA_HOST, rotaDocument, startRota } from "#test/platforms/rota.ts";
import { actionsOf, buttonOf, type House, INNER_LIFE, labelsOf, openHouse, textOf } from "./house.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

vi.setConfig({ testTimeout: 300_000 });
const SOON = { timeout: 150_000, interval: 50 };

const shown = (house: House, fits: (reply: Reply) => boolean): Promise<Reply> =>
  vi.waitUntil(() => house.terminal.shown().find(({ reply }) => fits(reply))?.reply, SOON);
/** The newest checklist on the screen, once it fits. */
const checklist = (house: House, fits: (text: string) => boolean): Promise<Reply> =>
  vi.waitUntil(() => {
    const last = house.terminal.shown().findLast(({ reply }) => textOf(reply).includes("Check in the sandbox"))?.reply;
    return last !== undefined && fits(textOf(last)) && last;
  }, SOON);
const isAsking = (reply: Reply): boolean => reply.card?.state === "open" && labelsOf(reply).includes("Approve");
const codeIn = ({ summary }: Reply): string => /\(build (\w{4})\)/.exec(summary)?.[1] ?? "";

test("J2: an address becomes a module: a checklist that fills itself, its whole source, and then people are asked", async () => {
  await using rota = await startRota();
  await using house = await openHouse({ vendors: { [ROTA_HOST]: rota } });
  const begun = await house.say(`build me a module for ${ROTA_DOCUMENT} that says who is on call`);
  expect(begun.summary).toMatch(/^Building a module: “says who is on call” from api\.rota\.example \(build \w{4}\)$/);
  expect(labelsOf(begun)).toEqual(["Stop"]);
  const card = await shown(house, isAsking);
  expect(textOf(card)).toContain("GET api.rota.example/v1/oncall");
  const done = await checklist(house, (text) => text.includes("waits for approval"));
  expect(textOf(done)).toContain("✓ **Read**: an OpenAPI document");
  expect(textOf(done)).toMatch(/✓ \*\*Check in the sandbox\*\*: (\d+) of \1 tests passed/);
  expect(actionsOf(done)).toEqual([]);
  for (const { reply } of house.terminal.shown()) expect(textOf(reply)).not.toMatch(INNER_LIFE);
  // Who wants the same while it waits is shown this one.
  const again = await house.say(`make a module for ${ROTA_DOCUMENT} that says who is on call, please`);
  expect(again.summary).toMatch(/^That is being built already\./);
  const list = await house.say("builds");
  expect(textOf(list)).toContain(codeIn(begun));
});

test("sent back with what should be different, it is built anew: another digest, and the old card is over", async () => {
  await using rota = await startRota();
  await using house = await openHouse({ vendors: { [ROTA_HOST]: rota } });
  const begun = await house.say(`build me a module for ${ROTA_DOCUMENT} that says who is on call`);
  const first = await shown(house, isAsking);
  await house.say(`build ${codeIn(begun)}: it should list all schedules as well`);
  const second = await shown(house, (reply) => isAsking(reply) && reply.card?.gate !== first.card?.gate);
  const digest = (reply: Reply): string => /sha256 (\w{12})/.exec(textOf(reply))?.[1] ?? "";
  expect(digest(second)).not.toBe(digest(first));
  expect(textOf(second)).toContain("/v1/schedules");
  await shown(house, (reply) => reply.card?.gate === first.card?.gate && reply.card?.state === "closed");
});

test("a build is stopped by its button: nothing is asked, and its code still shows how it stands", async () => {
  await using rota = await startRota();
  await using house = await openHouse({ vendors: { [ROTA_HOST]: rota } });
  const begun = await house.say(`build a module for ${ROTA_DOCUMENT}`);
  const stopped = await house.terminal.pressToken(buttonOf(begun, "Stop").token);
  expect(stopped.summary).toBe(`Okay, I stopped build ${codeIn(begun)}.`);
  const over = await checklist(house, (text) => text.includes("was stopped"));
  expect(labelsOf(over)).toEqual(["Build Again", "Say What to Change"]);
  expect((await house.say(`stop build ${codeIn(begun)}`)).summary).toMatch(/^There is nothing to stop\./);
  expect(house.terminal.shown().some(({ reply }) => reply.card !== undefined)).toBe(false);
});

test("GEN-008: an address that leads into the building, or is none, is refused before anything is fetched", async () => {
  await using rota = await startRota();
  // The name is known, and leads to an address that is nobody's on the internet.
  await using house = await openHouse({ vendors: { [ROTA_HOST]: rota } });
  for (const url of [
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/openapi.json",
    "https://[::1]/",
    "https://10.0.0.7/openapi.json",
  ]) {
    const begun = await house.say(`build a module for ${url} that tells ${url.length} things`);
    const code = codeIn(begun);
    const end = await vi.waitUntil(async () => {
      const now = await house.say(`build ${code}`);
      return !labelsOf(now).includes("Stop") && now;
    }, SOON);
    expect(textOf(end)).toMatch(/✗ \*\*Read\*\*/);
  }
  expect(rota.requests).toEqual([]);
});

test("a document, a curl command and a pack are sources too; what is neither is said plainly", async () => {
  await using rota = await startRota();
  await using house = await openHouse({ vendors: { [ROTA_HOST]: rota } });
  const words = await house.say("build me a module that waters the plants");
  const failed = await shown(house, ({ summary }) => summary.includes("No language model is set up"));
  expect(textOf(failed)).toContain("from that I need no model");
  expect(codeIn(words)).not.toBe("");
  const path = join(house.dataDir, "rota.json");
  writeFileSync(path, JSON.stringify(rotaDocument()));
  const file = await house.say("make a module from this that lists all schedules", [path]);
  expect(file.summary).toContain("“lists all schedules” from rota.json");
  const curl = await house.say(
    `build a module that says who is on call: curl https://${ROTA_HOST}/v1/oncall -H 'X-Api-Key: TOKEN'`,
  );
  expect(curl.summary).toContain("“says who is on call” from one request");
  const secret = await house.say(`build a module from this: curl https://${ROTA_HOST}/v1/schedules -u ada:hunter2`);
  expect(secret.summary).toMatch(/^That looks like a password/);
});

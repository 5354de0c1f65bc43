import { expect, test, vi } from "vitest";
import { testActor } from "#test/platforms/test-message.ts";
import { ONE_OPERATOR, room } from "./approval-office.ts";
import { buttonOf, labelsOf, openHouse, textOf } from "./house.ts";
import { openInstallOffice } from "./install-office.ts";

vi.setConfig({ testTimeout: 120_000 });

const ONE = { update: { ...ONE_OPERATOR, notAuthor: true }, install: { ...ONE_OPERATOR, notAuthor: true } };

test("J2: who asks in vain for what a module of the release does is told of it, and installs it with one press", async () => {
  await using house = await openHouse();
  const answer = await house.say("who is on call this week?");
  expect(answer.summary).toContain("The module PagerDuty seems to do it: say `install pagerduty`");
  expect(labelsOf(answer)).toEqual(["Install PagerDuty", "Why"]);
  const begun = await house.terminal.pressToken(buttonOf(answer, "Install PagerDuty").token);
  expect(begun.summary).toMatch(/^Checking a module: pagerduty 1\.0\.0 of the index nexus \(build \w{4}\)$/);
  expect(textOf(begun)).not.toContain("Specify");
});

test("modules are found by what they do, and what fits nothing is said plainly", async () => {
  await using house = await openHouse();
  const found = await house.say("modules find who is on call");
  expect(textOf(found)).toContain("`pagerduty` 1.0.0");
  expect(textOf(found)).not.toContain("hacker-news");
  expect(labelsOf(found)).toEqual(["Install PagerDuty"]);
  const all = await house.say("modules find");
  expect(all.summary).toBe("12 modules can be installed.");
  const none = await house.say("find a module that predicts zebra migrations");
  expect(none.summary).toBe("No module fits these words.");
  expect(textOf(await house.say("help"))).toContain("`modules find <words>`");
});

test("who could not see a request's source where it was asked for reads it in its details, and can decide then", async () => {
  const { promise: later, resolve } = Promise.withResolvers<void>();
  await using office = await openInstallOffice({
    policies: ONE,
    async deliver(outbound) {
      if (outbound.reply.attaches !== undefined && outbound.reply.visibility === "everyone") await later;
      return { platform: "test", tenantId: "acme", channelId: "general", messageId: outbound.id, ephemeral: false };
    },
  });
  void office.ask("ada").catch(() => undefined);
  const { org } = await office.store.people.identify(testActor("acme", "ada"));
  const { gates } = office.store.forOrg(org);
  const gate = await vi.waitUntil(async () => (await gates.open())[0], { timeout: 60_000, interval: 50 });
  const code = gate.code;
  // Who has asked cannot make it decidable by reading it themselves.
  await office.say("ada", `details ${code}`, room("aside"));
  expect((await gates.open())[0]?.attachedAt).toBeUndefined();
  await office.say("bob", `details ${code}`, room("elsewhere"));
  await vi.waitUntil(async () => (await gates.open())[0]?.attachedAt !== undefined, { timeout: 30_000, interval: 50 });
  await office.say("bob", `approve ${code}`, room("elsewhere"));
  await vi.waitUntil(async () => (await office.version()) === "1.0.0", { timeout: 30_000, interval: 50 });
  resolve();
});

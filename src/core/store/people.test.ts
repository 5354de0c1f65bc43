import { expect, test } from "vitest";
import { testActor } from "#test/platforms/test-message.ts";
import { openStore } from "./store.ts";

test("a name is kept when a platform gives the id in its place, as when missed messages are read again", async () => {
  await using store = await openStore(":memory:", { clock: () => new Date() });
  const ada = { ...testActor("acme", "U0ADA00001"), displayName: "Ada" };
  await store.people.identify(ada);
  const { org, person } = await store.people.identify({ ...ada, displayName: ada.id });
  expect((await store.people.identify({ ...ada, displayName: ada.id })).displayName).toBe("Ada");
  expect((await store.people.identify({ ...ada, displayName: "Ada L." })).displayName).toBe("Ada L.");
  expect(await store.people.identify({ ...ada, displayName: ada.id })).toMatchObject({
    org,
    person,
    displayName: "Ada L.",
  });
});

import { expect, test } from "vitest";
import type { Role } from "#core/contract/gate.ts";
import type { PersonId } from "#core/contract/ids.ts";
import { openStore } from "#core/store/store.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { createRoles } from "./roles.ts";

async function openTown() {
  const store = await openStore(":memory:", { clock: () => new Date("2026-11-20T15:00:00Z") });
  const roles = createRoles({ store });
  const { org } = await store.people.identify(testActor("acme", "Olga"));
  const idOf = async (name: string): Promise<PersonId> => (await store.people.identify(testActor("acme", name))).person;
  await store.forOrg(org).roles.set(await idOf("Olga"), "owner", undefined);
  return {
    store,
    roles,
    org,
    idOf,
    grant: async (by: string, whom: string, role: Role) =>
      (await roles.grant(org, await idOf(by), await idOf(whom), role)).state,
    roleOf: async (name: string) => roles.roleOf(org, await idOf(name)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

test("whoever has been given nothing is a viewer, and the one at the terminal owns that org", async () => {
  await using town = await openTown();
  expect(await town.roleOf("eve")).toBe("viewer");
  const owner = { ...testActor("local", "me"), platform: "console" } as const;
  const { org, person } = await town.store.people.identify(owner);
  expect(await town.roles.roleOf(org, person)).toBe("owner");
  expect((await town.roles.grant(org, person, person, "viewer")).state).toBe("last_owner");
});

test("an owner gives anything, an admin up to operator, and others nothing", async () => {
  await using town = await openTown();
  expect(await town.grant("Olga", "adam", "admin")).toBe("granted");
  expect(await town.grant("adam", "otto", "operator")).toBe("granted");
  expect(await town.grant("adam", "otto", "operator")).toBe("unchanged");
  for (const role of ["admin", "owner"] as const) expect(await town.grant("adam", "otto", role)).toBe("not_allowed");
  for (const by of ["otto", "eve"]) {
    for (const role of ["viewer", "operator", "admin", "owner"] as const) {
      expect(await town.grant(by, "eve", role)).toBe("not_allowed");
      expect(await town.grant(by, by, role)).toBe("not_allowed");
    }
  }
  expect(await town.roleOf("otto")).toBe("operator");
});

test("an admin takes no role from an admin or an owner", async () => {
  await using town = await openTown();
  await town.grant("Olga", "adam", "admin");
  await town.grant("Olga", "anna", "admin");
  expect(await town.grant("adam", "anna", "viewer")).toBe("not_allowed");
  expect(await town.grant("adam", "Olga", "viewer")).toBe("not_allowed");
});

test("the last owner stays one, until there is another", async () => {
  await using town = await openTown();
  expect(await town.grant("Olga", "Olga", "viewer")).toBe("last_owner");
  expect(await town.grant("Olga", "anna", "owner")).toBe("granted");
  expect(await town.grant("Olga", "Olga", "viewer")).toBe("granted");
  expect(await town.grant("anna", "anna", "admin")).toBe("last_owner");
});

test("a role of one org is worth nothing in another", async () => {
  await using town = await openTown();
  const { org: other, person } = await town.store.people.identify(testActor("other", "eve"));
  expect(await town.roles.roleOf(other, await town.idOf("Olga"))).toBe("viewer");
  expect((await town.roles.grant(other, await town.idOf("Olga"), person, "owner")).state).toBe("not_allowed");
});

test.each(["Olga", "olga", "@Olga", "<@Olga>", "<@!Olga>", "<@Olga|the boss>"])("%s is found", async (name) => {
  await using town = await openTown();
  expect((await town.roles.find(town.org, name)).map(({ displayName }) => displayName)).toEqual(["Olga"]);
});

import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Store } from "#core/store/store.ts";

/** Who else is answered with a person's own connection, by name: whom they lend it to, or take over from. */
export async function alsoUses(
  store: Pick<Store, "forOrg">,
  org: OrgId,
  name: string,
  person: PersonId,
): Promise<string[]> {
  const { credentialChecks, credentialGrants, directory } = store.forOrg(org);
  const lent = (await credentialGrants.list()).filter((one) => one.name === name && one.owner === person);
  const taken = (await credentialChecks.list()).filter(
    ({ keeper, ...check }) => check.name === name && keeper?.person === person && keeper.takingAt !== undefined,
  );
  if (lent.some(({ to }) => to === "everyone")) return ["everybody here"];
  const people = new Set([...lent.map(({ to }) => to), ...taken.map(({ owner }) => owner)]);
  const known = await Promise.all(
    [...people].flatMap((one) => (one === undefined || one === "everyone" ? [] : [directory.get(one)])),
  );
  return known.map((one) => (one === undefined ? "somebody else" : inert(one.displayName)));
}

import { includesRole } from "#core/contract/gate.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Roles } from "#core/auth/roles.ts";
import type { PrivatePlace } from "#core/store/metering-upkeep.ts";
import type { CredentialCheck } from "#core/store/credential-checks.ts";
import type { StoredCredential } from "#core/store/credentials.ts";
import type { Store } from "#core/store/store.ts";

/** Somebody who is told of a credential, where nobody else reads it. */
export interface ExpiryReader {
  readonly person: PersonId;
  readonly place: PrivatePlace;
  /** IANA zone. */
  readonly timeZone: string;
}

export interface ExpiryPeopleDeps {
  readonly store: Store;
  readonly roles: Pick<Roles, "withRole" | "standing">;
  readonly defaults: { readonly timeZone: string };
}

/**
 * Who looks after a credential: whom it was given to, else whose it is, else, of the org's own, an admin. One who has
 * left, or cannot be told anything alone, leaves it to an admin.
 */
export async function keeperOf(
  deps: ExpiryPeopleDeps,
  org: OrgId,
  record: StoredCredential,
  check: CredentialCheck | undefined,
  admins: readonly ExpiryReader[],
): Promise<ExpiryReader | undefined> {
  const person = check?.keeper?.person ?? record.owner;
  if (person === undefined) return admins[0];
  if ((await deps.roles.standing(org, person)).hasLeft) return admins[0];
  return (await readerOf(deps, org, person, check?.place)) ?? admins[0];
}

/** The admins of an org who can be told something alone, in the order in which they became that. */
export async function adminReaders(deps: ExpiryPeopleDeps, org: OrgId): Promise<ExpiryReader[]> {
  const { store, roles } = deps;
  const people = (await roles.withRole(org, "admin")).map(({ person }) => person);
  const found = await Promise.all(people.map((person) => readerOf(deps, org, person)));
  const admins = found.filter((one) => one !== undefined);
  if ((await store.people.orgOf("console", "local")) !== org) return admins;
  // Nobody is granted anything at the terminal: whoever sits there may do everything.
  for (const place of await store.meteringUpkeep.privatePlaces(org, undefined)) {
    if (place.actor.platform !== "console") continue;
    const { person } = await store.people.identify(place.actor);
    const reader = admins.every((one) => one.person !== person) && (await readerOf(deps, org, person));
    if (reader) admins.push(reader);
  }
  return admins;
}

/** Whether somebody may answer for what everybody uses, now. */
export async function isAdmin({ roles }: Pick<ExpiryPeopleDeps, "roles">, org: OrgId, person: PersonId) {
  const { role, hasLeft } = await roles.standing(org, person);
  return !hasLeft && includesRole(role, "admin");
}

/**
 * Somebody as they can be told something: where they spoke to NEXUS alone, else, for their eyes only, where they spoke
 * last.
 * @param remembered where that was, for when it is too long ago to be found
 */
export async function readerOf(
  { store, defaults }: Pick<ExpiryPeopleDeps, "store" | "defaults">,
  org: OrgId,
  person: PersonId,
  remembered?: PrivatePlace,
): Promise<ExpiryReader | undefined> {
  const known = await store.forOrg(org).directory.get(person);
  if (known === undefined) return undefined;
  const isTheirs = ({ actor }: PrivatePlace): boolean =>
    known.identities.some(({ platform, id }) => platform === actor.platform && id === actor.id);
  const names = known.identities.map(({ id }) => id);
  const places = names.length === 0 ? [] : await store.meteringUpkeep.privatePlaces(org, names);
  const kept = [remembered, await store.dueChecks.lastPlace(org, names)];
  const place = places.findLast(isTheirs) ?? kept.find((one) => one !== undefined && isTheirs(one));
  return place && { person, place, timeZone: known.timeZone ?? defaults.timeZone };
}

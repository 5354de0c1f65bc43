import { includesRole } from "#core/contract/gate.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { MailDesk } from "#core/auth/mail-desk.ts";
import type { Roles } from "#core/auth/roles.ts";
import { ownMail } from "#core/orchestrator/clock/mail-places.ts";
import { wholePlace } from "#core/contract/whole-place.ts";
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
  readonly mail: Pick<MailDesk, "isSetUp">;
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
 * Somebody as they can be told something: where they speak with NEXUS, else by mail alone, at an address of their own.
 * @param remembered where they spoke, for when it is too long ago to be found
 */
export async function readerOf(
  deps: Omit<ExpiryPeopleDeps, "roles">,
  org: OrgId,
  person: PersonId,
  remembered?: PrivatePlace,
): Promise<ExpiryReader | undefined> {
  const place = (await chatPlaceOf(deps, org, person, remembered)) ?? (await mailPlaceOf(deps, org, person));
  if (place === undefined) return undefined;
  const known = await deps.store.forOrg(org).directory.get(person);
  return { person, place, timeZone: known?.timeZone ?? deps.defaults.timeZone };
}

/** Where somebody spoke to NEXUS alone, else, for their eyes only, where they spoke last. */
export async function chatPlaceOf(
  { store }: Pick<ExpiryPeopleDeps, "store">,
  org: OrgId,
  person: PersonId,
  remembered?: PrivatePlace,
): Promise<PrivatePlace | undefined> {
  const identities = (await store.forOrg(org).directory.get(person))?.identities ?? [];
  if (identities.length === 0) return undefined;
  const isTheirs = ({ actor }: PrivatePlace): boolean =>
    identities.some(({ platform, id }) => platform === actor.platform && id === actor.id);
  const names = identities.map(({ id }) => id);
  const places = await store.meteringUpkeep.privatePlaces(org, names);
  const known = remembered !== undefined && isTheirs(remembered) ? remembered : undefined;
  const alone = places.findLast(isTheirs) ?? (known?.conversation.audience === "just_me" ? known : undefined);
  const last = alone === undefined ? await store.dueChecks.lastPlace(org, names) : undefined;
  const found = alone ?? (last !== undefined && isTheirs(last) ? last : known);
  // In the thread of what they spoke about then nobody would look for it.
  return found && { ...found, conversation: wholePlace(found.conversation) };
}

/** The address of somebody who has spoken nowhere for too long, as whoever they are where they could speak again. */
async function mailPlaceOf(
  deps: Pick<ExpiryPeopleDeps, "store" | "mail">,
  org: OrgId,
  person: PersonId,
): Promise<PrivatePlace | undefined> {
  const conversation = await ownMail(deps, org, person);
  const known = await deps.store.forOrg(org).directory.get(person);
  if (conversation === undefined || known === undefined) return undefined;
  for (const { platform, tenantId, externalId: id } of await deps.store.people.identitiesOf({ org, person })) {
    if (platform === "api" || (await deps.store.people.hasLeft({ platform, tenantId }))) continue;
    const { displayName } = known;
    return {
      actor: { platform, tenantId, id, displayName, affiliation: "unknown", platformRoleIds: [] },
      conversation,
    };
  }
  return undefined;
}

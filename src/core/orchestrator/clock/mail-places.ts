import type { MailDesk } from "#core/auth/mail-desk.ts";
import { includesRole } from "#core/contract/gate.ts";
import { emailPlace } from "#core/contract/email-place.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import { PERMISSIONS } from "#core/contract/permission.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

type MailDeps = Pick<OrchestratorDeps, "store" | "mail" | "roles">;

/**
 * An address as a place that somebody may have mails sent to now: their own, alone, or one of a domain of the house, where
 * they may speak for it; undefined for any other.
 */
export async function mayMail(
  { store, mail, roles }: MailDeps,
  org: OrgId,
  person: PersonId,
  address: string,
): Promise<Conversation | undefined> {
  if (!mail.isSetUp) return undefined;
  const own = await store.forOrg(org).mailAddresses.of(person);
  const known = own.find((one) => one.address === address);
  if (known?.state === "confirmed") return emailPlace(org, address, "just_me");
  const isOfTheHouse = mail.domains.includes(address.slice(address.lastIndexOf("@") + 1));
  if (known?.state === "off" || !isOfTheHouse) return undefined;
  const speaksForIt = includesRole(await roles.roleOf(org, person), PERMISSIONS["schedule.manage"].least);
  return speaksForIt ? emailPlace(org, address, "members") : undefined;
}

/**
 * Where somebody is written to of what is theirs: the newest address they have proven to be their own; undefined where they
 * have none, have ended it, or no mail is set up.
 */
export async function ownMail(
  { store, mail }: Pick<OrchestratorDeps, "store"> & { readonly mail: Pick<MailDesk, "isSetUp"> },
  org: OrgId,
  person: PersonId,
): Promise<Conversation | undefined> {
  if (!mail.isSetUp) return undefined;
  const own = await store.forOrg(org).mailAddresses.of(person);
  const found = own.find(({ state }) => state === "confirmed");
  return found && emailPlace(org, found.address, "just_me");
}

/** The places that are left of those somebody once chose: of addresses, those that they may have written to now. */
export async function placesLeft(
  deps: MailDeps,
  org: OrgId,
  person: PersonId,
  places: readonly Conversation[],
): Promise<Conversation[]> {
  const left = await Promise.all(
    places.map(async (place) => (place.platform === "email" ? mayMail(deps, org, person, place.channelId) : place)),
  );
  return left.filter((place) => place !== undefined);
}

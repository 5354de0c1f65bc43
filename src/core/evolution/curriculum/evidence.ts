import type { PersonId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { StoredUnmet } from "#core/store/store.ts";
import type { Evidence, Proposal } from "./curriculum.ts";
import type { CurriculumDeps } from "./curriculum-deps.ts";
import { addressOf } from "./open-places.ts";

/** As many are pointed at; the rest are counted. */
const MOST_SHOWN = 10;
const MOST_READ = 500;

/**
 * Why something was proposed, as far as it may be shown: messages that everybody of their tenant may open, to whoever
 * belongs to that tenant. Where several read along, those of the tenant they are in, and nothing where others read too.
 * What was said anywhere else is a number, for operators and owners as for anybody.
 */
export async function evidenceFor(
  deps: Pick<CurriculumDeps, "store" | "permalink">,
  { org, id }: Pick<Proposal, "org" | "id">,
  viewer: PersonId | undefined,
  where: Conversation,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const asks = await deps.store.forOrg(org).unmet.of(id, MOST_READ);
  const mayRead = await tenantsOf(deps, org, viewer, where);
  const shown: Evidence[] = [];
  let hidden = 0;
  // The newest first: they are the likeliest to be remembered.
  for (const ask of asks.toReversed()) {
    const permalink = shown.length < MOST_SHOWN ? await addressFor(deps, ask, mayRead, signal) : undefined;
    if (permalink === undefined) hidden++;
    else shown.push({ kind: "message", at: ask.createdAt, text: ask.text, permalink });
  }
  return hidden === 0 ? shown : [...shown, { kind: "hidden", count: hidden }];
}

async function addressFor(
  deps: Pick<CurriculumDeps, "permalink">,
  { audience, said }: StoredUnmet,
  mayRead: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const message = said?.message;
  if (audience !== "members" || message === undefined || message.ephemeral) return undefined;
  if (!mayRead.has(`${message.platform} ${message.tenantId}`)) return undefined;
  return await addressOf(deps, message, signal);
}

/** The tenants whose open channels whoever looks may read: a guest may read none, and neither may others' people. */
async function tenantsOf(
  { store }: Pick<CurriculumDeps, "store">,
  org: Proposal["org"],
  viewer: PersonId | undefined,
  { platform, tenantId, audience }: Conversation,
): Promise<ReadonlySet<string>> {
  if (viewer === undefined) return new Set(audience === "external" ? [] : [`${platform} ${tenantId}`]);
  const people = [{ org, person: viewer }, ...(await store.people.linkedWith({ org, person: viewer }))];
  const found = new Set<string>();
  const memberships = await store.forOrg(org).memberships.since(new Date(0));
  for (const one of people.filter((each) => each.org === org)) {
    const theirs = memberships.filter(({ person }) => person === one.person);
    for (const { platform: on, tenantId: of } of await store.people.identitiesOf(one)) {
      // Whoever is a guest anywhere there, or of whom the platform never said that they are a member, reads nothing.
      const there = theirs.filter((membership) => membership.platform === on);
      if (there.length > 0 && there.every(({ affiliation }) => affiliation === "member")) found.add(`${on} ${of}`);
    }
  }
  return found;
}

import { v7 } from "uuid";
import type { OrgId } from "#core/contract/ids.ts";
import type { CredentialNeed } from "#core/contract/manifest.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { mayTell, wallClock } from "#core/credentials/expiry-hours.ts";
import { isAdminDue, isKeeperDue } from "#core/credentials/expiry-readers.ts";
import { type ExpiryStage, expiryStage } from "#core/credentials/expiry-stage.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { CredentialCheck } from "#core/store/credential-checks.ts";
import type { CredentialNotice } from "#core/store/credential-notices.ts";
import type { StoredCredential } from "#core/store/credentials.ts";
import { isSame } from "./expiry-check.ts";
import { adminReaders, type ExpiryPeopleDeps, type ExpiryReader, keeperOf } from "./expiry-people.ts";
import { sources } from "#core/orchestrator/secrets/connect.ts";

export interface ExpiryTellingDeps extends ExpiryPeopleDeps {
  readonly registry: Pick<Registry, "modules">;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

const DAY_MS = 24 * 60 * 60_000;
/** An access that its source ended sooner was taken back, and says nothing of how long others live. */
const LEAST_LIFE_MS = 2 * DAY_MS;

/** Has people told what there is to say about credentials. */
export interface ExpiryTelling {
  /** Looks at one org: who is to be told today, and which cards are to show that it is over. */
  look(org: OrgId): Promise<void>;
}

/** Where nothing has changed, it is looked for whom to tell once in each quarter of an hour: to find out where costs a search. */
const QUARTER_MS = 15 * 60_000;

/** Makes it. */
export function createExpiryTelling(deps: ExpiryTellingDeps): ExpiryTelling {
  /** What was found when it was last looked for whom to tell. */
  const rested = new Map<string, string>();
  const mayRest = (org: OrgId, { record, check, stage, own }: Ending): boolean => {
    const key = `${org} ${record.name} ${record.owner ?? ""}`;
    // The hours at which people may be told begin on a quarter in every zone.
    const quarter = Math.floor(deps.clock().getTime() / QUARTER_MS);
    const said = own.map(({ id, answer }) => [id, answer]);
    const found = JSON.stringify([quarter, stage, check.keeper, record.connectedAt, said]);
    if (rested.get(key) === found) return true;
    if (rested.size > MOST_KNOWN) rested.clear();
    rested.set(key, found);
    return false;
  };
  return { look: (org) => lookAt(deps, org, mayRest) };
}

const MOST_KNOWN = 10_000;

async function lookAt(
  deps: ExpiryTellingDeps,
  org: OrgId,
  mayRest: (org: OrgId, ending: Ending) => boolean,
): Promise<void> {
  const { credentials, credentialChecks, credentialNotices } = deps.store.forOrg(org);
  const [records, checks, notices] = await Promise.all([
    credentials.list(),
    credentialChecks.list(),
    credentialNotices.list(),
  ]);
  let found: ExpiryReader[] | undefined;
  const admins = async (): Promise<ExpiryReader[]> => (found ??= await adminReaders(deps, org));
  const needs = new Map<string, CredentialNeed>(sources(deps, org).map(({ need }) => [need.name, need]));
  for (const record of records) {
    const check = checks.find((one) => isSame(one, record));
    // One that was connected a moment ago is looked at first.
    if (check?.connectedAt.getTime() !== record.connectedAt.getTime()) continue;
    const open = notices.filter((one) => isSame(one, record) && one.state !== "over");
    const former = open.filter((one) => one.connectedAt.getTime() !== record.connectedAt.getTime());
    const own = notices.filter((one) => isSame(one, record) && !former.includes(one) && isOf(one, record));
    const stage = needs.has(record.name) ? expiryStage(record, check, deps.clock()) : undefined;
    await end(deps, org, stage === undefined ? open : former, "over");
    if (stage === undefined) continue;
    await noteLife(deps, org, record, needs.get(record.name)?.kind);
    for (const one of own) if (one.state === "new") await hand(deps, org, one);
    const ending = { record, check, stage, own, admins };
    if (!mayRest(org, ending)) await tell(deps, org, ending);
  }
  const gone = notices.filter((one) => one.state !== "over" && !records.some((record) => isSame(one, record)));
  await end(deps, org, gone, "gone");
}

function isOf(notice: CredentialNotice, { connectedAt }: StoredCredential): boolean {
  return notice.connectedAt.getTime() === connectedAt.getTime();
}

interface Ending {
  readonly record: StoredCredential;
  readonly check: CredentialCheck;
  readonly stage: ExpiryStage;
  /** What was said of this connection, the oldest first. */
  readonly own: readonly CredentialNotice[];
  readonly admins: () => Promise<ExpiryReader[]>;
}

async function tell(deps: ExpiryTellingDeps, org: OrgId, ending: Ending): Promise<void> {
  const { record, check, stage, own, admins } = ending;
  const now = deps.clock();
  const isUrgent = stage === "1" || stage === "ended";
  const keeper = await keeperOf(deps, org, record, check, await admins());
  if (keeper === undefined) {
    // `credentials`, `status` and the briefing show it to whoever asks.
    return deps.log.debug({ org, credential: record.name }, "nobody can be told of a credential's end");
  }
  const here = wallClock(now, keeper.timeZone);
  const today = { reader: keeper.person, today: here.day };
  const { person, since } = check.keeper ?? { person: undefined, since: undefined };
  // Whom it is given to again is asked again, whatever they said of it before; never twice on one day.
  const earlier = own.filter(
    (one) => one.reader !== person || since === undefined || one.createdAt >= since || one.day >= here.day,
  );
  if (mayTell(here, isUrgent) && isKeeperDue({ ...today, stage, earlier })) {
    await add(deps, org, ending, keeper, "keeper");
  }
  const admin = (await admins()).find(({ person }) => person !== keeper.person);
  if (admin === undefined) return;
  const there = wallClock(now, admin.timeZone);
  const told = { reader: admin.person, today: there.day, earlier: own };
  if (mayTell(there, isUrgent) && isAdminDue(told, today)) await add(deps, org, ending, admin, "admin");
}

async function add(
  deps: ExpiryTellingDeps,
  org: OrgId,
  { record, stage }: Ending,
  { person, place, timeZone }: ExpiryReader,
  toldAs: CredentialNotice["toldAs"],
): Promise<void> {
  const { name, owner, connectedAt, expires } = record;
  const notice = {
    id: v7(),
    name,
    ...(owner !== undefined && { owner }),
    reader: person,
    day: wallClock(deps.clock(), timeZone).day,
    connectedAt,
    stage,
    toldAs,
    ...(expires !== undefined && { endsAt: expires.at }),
    ...place,
  };
  // Of two processes that look at once, one writes it down, and that one says it.
  if (await deps.store.forOrg(org).credentialNotices.add(notice)) await hand(deps, org, notice);
}

type Sayable = Pick<CredentialNotice, "id" | "actor" | "conversation">;

async function hand(deps: ExpiryTellingDeps, org: OrgId, notice: Sayable): Promise<void> {
  await receive(deps, org, notice, notice.id);
  await deps.store.forOrg(org).credentialNotices.handed(notice.id);
}

/** Has the cards of what was said show that nothing of it holds any more. */
async function end(
  deps: ExpiryTellingDeps,
  org: OrgId,
  notices: readonly CredentialNotice[],
  how: "over" | "gone",
): Promise<void> {
  for (const one of notices) {
    // What is on its way comes to an end by itself.
    if (one.state === "shown") await receive(deps, org, one, `${one.id}@${how}`);
    else if (one.state === "new") await deps.store.forOrg(org).credentialNotices.over(one.id);
  }
}

async function receive(
  { receive: take, clock }: ExpiryTellingDeps,
  org: OrgId,
  { actor, conversation }: Sayable,
  id: string,
): Promise<void> {
  await take(org, {
    kind: "due",
    what: "expiry_notice",
    id,
    dedupeKeys: [`expiry:${id}`],
    sentAtMs: clock().getTime(),
    actor,
    conversation,
  });
}

/** Learns from a connection that its source ended how long the next ones live. */
async function noteLife(
  { store }: ExpiryTellingDeps,
  org: OrgId,
  record: StoredCredential,
  kind: CredentialNeed["kind"] | undefined,
): Promise<void> {
  const { refusedAt, expires, connectedAt } = record;
  if (refusedAt === undefined) return;
  // That a provider does not take the client says nothing of how long the account lives.
  if (kind !== "api_key" && expires?.at.getTime() !== refusedAt.getTime()) return;
  const livedMs = refusedAt.getTime() - connectedAt.getTime();
  if (livedMs >= LEAST_LIFE_MS) await store.forOrg(org).credentialLifetimes.add(record, connectedAt, livedMs);
}

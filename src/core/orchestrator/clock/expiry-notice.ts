import type { PersonId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import type { Reply } from "#core/contract/reply.ts";
import { expiryStage } from "#core/credentials/expiry-stage.ts";
import { reachOf } from "#core/credentials/reach.ts";
import type { CredentialNotice } from "#core/store/credential-notices.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { say } from "#core/orchestrator/compose.ts";
import { nameOf } from "#core/orchestrator/secrets/begin-connect.ts";
import { sources } from "#core/orchestrator/secrets/connect.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { expiryCard } from "./expiry-card.ts";
import { expiryMail } from "./expiry-mail.ts";
import { endingWords } from "./expiry-words.ts";
import { ownMail } from "./mail-places.ts";

/**
 * What there is to say about a credential: that it ends, to somebody who is to know; or, as `<notice>@<how>`, that
 * nothing of what was said holds any more, on the cards that said it.
 */
export async function onExpiryNotice(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const [name = "", how] = id.split("@");
  const notice = await deps.store.forOrg(scene.turn.org).credentialNotices.get(name);
  if (notice === undefined || notice.state === "over") return { replies: [] };
  return how === undefined ? warn(deps, scene, notice) : settle(deps, scene, notice);
}

/** On a card, and by mail where its reader has an address of their own: both in the one commit, so each goes once. */
async function warn(deps: OrchestratorDeps, scene: Scene, notice: CredentialNotice): Promise<Outcome> {
  const { org, turnId } = scene.turn;
  const own = deps.store.forOrg(org);
  const over = async (): Promise<Outcome> => ({
    replies: [],
    commit: (inside) => inside.forOrg(org).credentialNotices.over(notice.id),
  });
  const record = await own.credentials.get(notice);
  const source = sources(deps, org).find(({ need }) => need.name === notice.name);
  const check = await own.credentialChecks.get(notice);
  if (record === undefined || source === undefined || isOther(notice, record)) return over();
  if (expiryStage(record, check, scene.now) === undefined) return over();
  const mail = await ownMail(deps, org, scene.person);
  const isMailOnly = scene.conversation.platform === "email";
  // The address was given up since it was decided to write there.
  if (isMailOnly && mail === undefined) return over();
  const ending = { notice, record, check, source, admin: await adminFor(deps, scene, record.owner) };
  const words = await endingWords(deps, scene, ending);
  const actor = { ...scene.actor, ...scene.asker };
  return {
    replies: isMailOnly ? [] : [expiryCard(scene, ending, words)],
    ...(mail && {
      elsewhere: [{ conversation: mail, actor, reply: expiryMail(words, mail.channelId, actor.platform) }],
    }),
    commit: (inside) => inside.forOrg(org).credentialNotices.shown(notice.id, turnId),
  };
}

function isOther(
  { connectedAt }: Pick<CredentialNotice, "connectedAt">,
  record: { readonly connectedAt: Date },
): boolean {
  return record.connectedAt.getTime() !== connectedAt.getTime();
}

/** An admin whom somebody's credential, or everybody's, can be given to by this reader, who can be told so alone. */
async function adminFor(deps: OrchestratorDeps, { turn, person }: Scene, owner: PersonId | undefined) {
  // Of the org's own each admin may renew it anyway; somebody's own is only theirs to give.
  if (owner !== person) return undefined;
  const admins = (await deps.roles.withRole(turn.org, "admin")).filter((one) => one.person !== person);
  const places = await deps.store.meteringUpkeep.privatePlaces(
    turn.org,
    admins.map(({ externalId }) => externalId),
  );
  const reached = await Promise.all(
    admins.map(
      async ({ person: one, externalId }) =>
        places.some(({ actor }) => actor.id === externalId) || (await ownMail(deps, turn.org, one)) !== undefined,
    ),
  );
  const found = admins.find((_, at) => reached[at]);
  return found && { person: found.person, name: inert(found.displayName) };
}

/** The cards as they look once what they said is over. A mail stays as it was sent. */
async function settle(deps: OrchestratorDeps, scene: Scene, notice: CredentialNotice): Promise<Outcome> {
  const { org } = scene.turn;
  const posted = notice.turn === undefined ? [] : await deps.store.outbox.postedBy(org, notice.turn);
  const cards = posted.filter(({ conversation }) => conversation.platform !== "email");
  const reply = await settledReply(deps, scene, notice);
  return {
    replies: [],
    elsewhere: cards.map(({ id, conversation, actor }) => ({ conversation, actor, reply, edits: id })),
    commit: (inside) => inside.forOrg(org).credentialNotices.over(notice.id),
  };
}

async function settledReply(deps: OrchestratorDeps, scene: Scene, notice: CredentialNotice): Promise<Reply> {
  const { org } = scene.turn;
  const own = deps.store.forOrg(org);
  const title = inert(sources(deps, org).find(({ need }) => need.name === notice.name)?.need.title ?? notice.name);
  const record = await own.credentials.get(notice);
  if (record === undefined) {
    const reach = notice.owner === undefined ? undefined : await reachOf(own, notice.name, notice.owner);
    if (reach?.kind !== "lent") return say(`${title}: disconnected. There is nothing to renew.`);
    const keeper = reach.record.owner;
    const whose =
      keeper === undefined ? "another" : keeper === scene.person ? "yours" : `${await nameOf(deps, scene, keeper)}'s`;
    return say(`${title}: handed over. What used it answers with ${whose} now.`);
  }
  const check = await own.credentialChecks.get(notice);
  const isNew = isOther(notice, record);
  const end = record.expires !== undefined && record.expires.at > scene.now ? record.expires : undefined;
  const about = end?.source === "stated" ? "until" : "until about";
  const until = end === undefined ? "" : ` ${about} ${moment(end.at, "date")}`;
  const isTested = check?.checkedAt !== undefined && check.checkedAt >= record.connectedAt;
  const done = isNew ? `Renewed${until}.` : `It works again${until}.`;
  return say(`${title}: ${done}${isTested ? " Tested ✓" : ""}`);
}

import type { Gate } from "#core/approval/approval.ts";
import { approversOf, isExcluded } from "#core/approval/judge.ts";
import { includesRole } from "#core/contract/gate.ts";
import { GateId, type OrgId } from "#core/contract/ids.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { progress, textPath } from "./gate-card.ts";
import { onlyIfStill } from "./gate-places.ts";
import { mayApprove, termsOf, underTerms } from "./gate-terms.ts";

type Deps = Pick<OrchestratorDeps, "store" | "roles" | "permalink" | "log">;

/** Nobody has decided a request for long: a word beside its card, or where those who may decide can be told alone. */
export async function onGateWaiting(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const { turn, now } = scene;
  const { org } = turn;
  const gate = await deps.approval.get(org, GateId.parse(id));
  if (gate?.state !== "open" || gate.expiresAt <= now) return { replies: [] };
  const shown = await underTerms(deps, org, gate);
  const places = await placesOf(deps, org, gate, turn.signal);
  return {
    replies: [],
    elsewhere: places.map(({ link, ...place }) => ({ ...place, reply: reminderOf(shown, link) })),
    commit: onlyIfStill(org, gate),
  };
}

/** One place in which people are reminded, and where they open the card from there. */
interface ReminderPlace {
  readonly actor: Gate["authorActor"];
  readonly conversation: Gate["conversation"];
  readonly link: string | undefined;
}

/**
 * Where its cards are, as far as somebody who may still decide reads them there. Else each of those alone, who have
 * spoken to NEXUS that way.
 */
async function placesOf(deps: Deps, org: OrgId, gate: Gate, signal: AbortSignal): Promise<readonly ReminderPlace[]> {
  const approvers = approversOf(gate);
  const deciders = (await mayApprove(deps, org, gate)).filter(({ person }) => !approvers.has(person));
  const cards = await deps.store.outbox.cardsOf(org, gate.id);
  const isOwn = await mayDecideOwn(deps, org, gate);
  const seen = cards.filter(({ conversation, actor }) => {
    if (conversation.audience !== "just_me") return true;
    const isAuthor = actor.id === gate.authorActor.id;
    return isAuthor ? isOwn : deciders.some(({ externalId }) => externalId === actor.id);
  });
  if (seen.length > 0) {
    return Promise.all(
      seen.map(async ({ id, actor, conversation }) => ({
        actor,
        conversation,
        link: await linkTo(deps, org, id, signal),
      })),
    );
  }
  if (deciders.length === 0) return [];
  const ids = deciders.map(({ externalId }) => externalId);
  const alone = await deps.store.meteringUpkeep.privatePlaces(org, ids);
  return alone.map((place) => ({ ...place, link: undefined }));
}

/** Whether whoever asked may decide it too. At the terminal nobody was given a role, and whoever asks may do everything. */
async function mayDecideOwn(deps: Deps, org: OrgId, gate: Gate): Promise<boolean> {
  if (approversOf(gate).has(gate.author) || isExcluded(gate, gate.author, await termsOf(deps, org, gate))) return false;
  return includesRole(await deps.roles.roleOf(org, gate.author), gate.policy.role);
}

/** Where the card can be opened. That it cannot be told now keeps nobody from being reminded. */
async function linkTo(
  { store, permalink, log }: Deps,
  org: OrgId,
  card: Parameters<Deps["store"]["outbox"]["refOf"]>[1],
  signal: AbortSignal,
): Promise<string | undefined> {
  const message = await store.outbox.refOf(org, card);
  if (message === undefined) return undefined;
  try {
    return await permalink(message, signal);
  } catch (err) {
    signal.throwIfAborted();
    log.warn({ err, org }, "where a card can be opened could not be asked");
    return undefined;
  }
}

function reminderOf(gate: Gate, link: string | undefined): Reply {
  const isBegun = approversOf(gate).size > 0;
  const summary = `${isBegun ? "This still needs somebody's approval" : "Nobody has decided this yet"}: ${gate.title}`;
  const actions: Action[] = link === undefined ? [] : [{ type: "link", label: "Open the Request", url: link }];
  return say(summary, actions, [{ type: "context", markdown: `${progress(gate)}. ${textPath(gate)}` }]);
}

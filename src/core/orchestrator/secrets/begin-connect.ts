import { MATRIX } from "#core/contract/permission.ts";
import type { PersonId } from "#core/contract/ids.ts";
import { reachOf } from "#core/credentials/reach.ts";
import type { Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { Source } from "./connect.ts";
import { beginAccount } from "./connect-account.ts";
import { askForKey } from "./connect-key.ts";
import { type ForWhom, mayConnectFor, ownButton, purposeOf, sharedButton } from "./connect-whom.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";

/** As much as was said of how to connect. */
export interface ConnectWish {
  readonly for?: ForWhom;
  readonly byForm?: boolean;
  /** Whose answer the button stood on. */
  readonly asked?: PersonId;
  /** Who will be answered with it too, by name. */
  readonly also?: readonly string[];
}

/**
 * The first step of connecting a source: whether this person may, for whom it is to be, then where to enter it. What
 * it will be used for and by whom is said before anything is typed.
 * @throws NexusError not_allowed
 */
export async function beginConnect(
  deps: OrchestratorDeps,
  scene: Scene,
  source: Source,
  wish: ConnectWish = {},
): Promise<Outcome> {
  const { org } = scene.turn;
  await mayConnectFor(deps, scene, wish.for ?? "me");
  if (wish.for !== undefined) return enter(deps, scene, source, wish.for, wish);
  const { asked } = wish;
  if (asked !== undefined && asked !== scene.person) {
    const theirs = await reachOf(deps.store.forOrg(org), source.need.name, asked);
    const owner = "record" in theirs && theirs.kind !== "shared" ? theirs.record.owner : undefined;
    // What is lent to them belongs to whoever lends it.
    if (owner !== undefined && owner !== scene.person) {
      return { replies: [await somebodysOwn(deps, scene, source, owner)] };
    }
  }
  const mayShare = MATRIX[await deps.roles.roleOf(org, scene.person)].has("credential.share");
  const access = await deps.vault.access(org, source.need.name, scene.person);
  if (access === "own" || source.need.personal === true) return enter(deps, scene, source, "me", wish);
  if (!mayShare) {
    return access === "missing"
      ? enter(deps, scene, source, "me", wish)
      : { replies: [sharedAlready(scene, source, access)] };
  }
  // At the terminal sits whoever runs this NEXUS: what they connect has always been everybody's.
  if (access === "shared" || scene.conversation.kind === "console") {
    return enter(deps, scene, source, "everyone", wish);
  }
  return { replies: [forWhom(scene, source)] };
}

function enter(
  deps: OrchestratorDeps,
  scene: Scene,
  source: Source,
  whom: ForWhom,
  wish: ConnectWish,
): Promise<Outcome> {
  switch (source.need.kind) {
    case "api_key":
      return Promise.resolve(askForKey(deps, scene, source, whom, wish.byForm === true));
    case "oauth2":
      return beginAccount(deps, scene, source, whom, wish.also);
    default:
      return source.need.kind satisfies never;
  }
}

function forWhom(scene: Scene, source: Source): Reply {
  const question = `Connect ${source.need.title} for everybody here, or only for you?`;
  const buttons = [sharedButton(scene, source), ownButton(scene, source, "Only for Me")];
  const reply = say(question, buttons, [{ type: "context", markdown: purposeOf(source) }]);
  return { ...reply, visibility: "only_actor" };
}

function sharedAlready(scene: Scene, source: Source, access: "shared" | "not_granted"): Reply {
  const { title } = source.need;
  const how =
    access === "shared"
      ? `${title} is shared with everybody here, you included. Only admins and owners can replace it.`
      : `${title} is connected here, but not shared with you. An admin can share it.`;
  return {
    ...say(`${how} You can connect your own: then only you use that.`, [ownButton(scene, source)]),
    visibility: "only_actor",
  };
}

/** Somebody pressed the button on another's answer: it is said whose connection that is, and theirs is offered. */
async function somebodysOwn(deps: OrchestratorDeps, scene: Scene, source: Source, owner: PersonId): Promise<Reply> {
  const name = await nameOf(deps, scene, owner);
  const { title } = source.need;
  return {
    ...say(`This connection belongs to ${name}. Use yours instead? ${showsWhat(source)}`, [
      ownButton(scene, source, titleCase(`Connect My ${title}`)),
    ]),
    visibility: "only_actor",
  };
}

/** What comes of using one's own in another's place. */
function showsWhat({ manifest, need }: Source): string {
  return need.personal === true
    ? `It will show your ${manifest.title.toLowerCase()}.`
    : "It is used for what **you** ask, and for nothing else.";
}

/** What a person is called here, fit to be shown. */
export async function nameOf(deps: OrchestratorDeps, scene: Scene, person: PersonId): Promise<string> {
  const known = await deps.store.forOrg(scene.turn.org).directory.get(person);
  return known === undefined ? "somebody" : inert(known.displayName);
}

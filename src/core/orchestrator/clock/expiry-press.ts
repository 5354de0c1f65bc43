import { NexusError } from "#core/contract/errors.ts";
import type { PersonId } from "#core/contract/ids.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { CredentialNotice } from "#core/store/credential-notices.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Meaning } from "#core/orchestrator/meaning.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import { beginConnect, nameOf } from "#core/orchestrator/secrets/begin-connect.ts";
import { sources } from "#core/orchestrator/secrets/connect.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

type Press = Omit<Extract<Meaning, { verb: "exp" }>, "verb">;

/** A button of what is said about a credential's end. Only whom it was said to may press it. */
export async function onExpiryPress(deps: OrchestratorDeps, scene: Scene, press: Press): Promise<Outcome> {
  const { org } = scene.turn;
  const notice = await deps.store.forOrg(org).credentialNotices.get(press.notice);
  if (notice === undefined) throw new NexusError("action_expired", "no such notice in this org");
  if (notice.reader !== scene.person) {
    throw new NexusError("not_allowed", "somebody else's notice", {
      say: "That was said to somebody else.",
      hint: "`credentials` shows what is connected here, and what you may do about it.",
      right: "a notice of one's own",
    });
  }
  if (notice.state === "over")
    return { replies: [alone("That is settled already: `credentials` shows how it stands.")] };
  switch (press.do) {
    case "later":
      return later(deps, scene, notice);
    case "give":
      return give(deps, scene, notice, press.to);
    case "take":
      return take(deps, scene, notice);
    case "leave":
      return leave(deps, scene, notice);
    default:
      return press.do satisfies never;
  }
}

/** On the next day again: to whoever looks after it then, which is not this reader where it was given to somebody. */
async function later(deps: OrchestratorDeps, scene: Scene, notice: CredentialNotice): Promise<Outcome> {
  const { org } = scene.turn;
  const title = titleOf(deps, scene, notice);
  const keeper = (await deps.store.forOrg(org).credentialChecks.get(notice))?.keeper?.person;
  if (notice.owner === scene.person && keeper !== undefined && keeper !== scene.person) {
    const name = await nameOf(deps, scene, keeper);
    return {
      replies: [
        alone(`You have asked ${name} to take over ${title}, so I remind them. \`reconnect ${title}\` renews yours.`),
      ],
    };
  }
  return {
    replies: [alone(`I remind you of ${title} tomorrow.`)],
    commit: (inside) => inside.forOrg(org).credentialNotices.answered(notice.id, "later"),
  };
}

/** Whose it is asks an admin to use theirs in its place. Nothing changes until that one has connected it. */
async function give(
  deps: OrchestratorDeps,
  scene: Scene,
  notice: CredentialNotice,
  to: PersonId | undefined,
): Promise<Outcome> {
  const { org } = scene.turn;
  if (to === undefined || notice.owner !== scene.person) {
    throw new NexusError("not_allowed", "only whose it is can give it away", {
      say: "Only whose connection it is can give it to somebody.",
      right: "a connection of one's own",
    });
  }
  const role = (await deps.roles.withRole(org, "admin")).some(({ person }) => person === to);
  if (!role) return { replies: [alone(`${await nameOf(deps, scene, to)} is no admin, so I cannot give it to them.`)] };
  const title = titleOf(deps, scene, notice);
  const name = await nameOf(deps, scene, to);
  return {
    replies: [alone(`I ask ${name} to take over ${title}. Until they have connected theirs, yours stays as it is.`)],
    audit: [
      {
        act: "credential.granted",
        outcome: "done",
        actor: personRef(scene.person),
        subject: { kind: "credential", id: notice.name },
        detail: { owner: notice.owner, to, handover: "asked" },
      },
    ],
    async commit(inside) {
      const own = inside.forOrg(org);
      await own.credentialNotices.answered(notice.id, "given");
      await own.credentialChecks.give(notice, to, scene.now);
    },
  };
}

/** The admin uses theirs: at once if it is connected, else as soon as it is. */
async function take(deps: OrchestratorDeps, scene: Scene, notice: CredentialNotice): Promise<Outcome> {
  await requirePermission(deps, scene, "credential.share");
  const { org } = scene.turn;
  const own = deps.store.forOrg(org);
  const check = await own.credentialChecks.get(notice);
  if (check?.keeper?.person !== scene.person || notice.owner === undefined) {
    return { replies: [alone("That was taken back: there is nothing to take over any more.")] };
  }
  const commit: Outcome["commit"] = async (inside) => {
    await inside.forOrg(org).credentialChecks.take(notice, scene.person, scene.now);
  };
  const mine = await own.credentials.get({ name: notice.name, owner: scene.person });
  const title = titleOf(deps, scene, notice);
  if (mine !== undefined && mine.refusedAt === undefined) {
    const owner = await nameOf(deps, scene, notice.owner);
    return { replies: [alone(`Done: what ${owner} uses ${title} for answers with yours from now on.`)], commit };
  }
  const source = sources(deps, org).find(({ need }) => need.name === notice.name);
  if (source === undefined) throw new NexusError("action_expired", `nothing needs ${notice.name} any more`);
  const also = [await nameOf(deps, scene, notice.owner)];
  const begun = await beginConnect(deps, scene, source, { for: "me", also });
  return {
    ...begun,
    async commit(inside) {
      await begun.commit?.(inside);
      await commit(inside);
    },
  };
}

/** The admin does not take it: whose it is looks after it again. */
async function leave(deps: OrchestratorDeps, scene: Scene, notice: CredentialNotice): Promise<Outcome> {
  const { org } = scene.turn;
  const check = await deps.store.forOrg(org).credentialChecks.get(notice);
  if (check?.keeper?.person !== scene.person) return { replies: [alone("That was taken back already.")] };
  const owner = notice.owner === undefined ? "its owner" : await nameOf(deps, scene, notice.owner);
  return {
    replies: [alone(`I leave it with ${owner}, and tell them again.`)],
    async commit(inside) {
      const own = inside.forOrg(org);
      await own.credentialChecks.give(notice, undefined, scene.now);
      await own.credentialNotices.answered(notice.id, "given");
    },
  };
}

function titleOf(deps: Pick<OrchestratorDeps, "registry">, scene: Scene, { name }: CredentialNotice): string {
  return inert(sources(deps, scene.turn.org).find(({ need }) => need.name === name)?.need.title ?? name);
}

function alone(summary: string): Reply {
  return { ...say(summary), visibility: "only_actor" };
}

import { setTimeout as wait } from "node:timers/promises";
import type { OpenJoin } from "#core/auth/org-joins.ts";
import { moment } from "#core/contract/moment.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { endedHooks } from "./ended-hooks.ts";
import { requirePermission } from "./rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** A one-time code for the owner of another workspace, whose workspace then becomes part of this one. */
export async function makeJoinCode(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  await requirePermission(deps, scene, "org.link");
  const { code, expiresAt } = await deps.orgJoining.newCode({ org: scene.turn.org, person: scene.person });
  const summary = `An owner of the other workspace says \`join workspace ${code}\` there, and it becomes part of this one.`;
  const more = `Its people come along with their roles, its owners as admins. Where both have something of one name, what is set here holds. Until ${moment(expiresAt, "time")} the code works once. Give it to nobody else.`;
  return { replies: [alone(say(summary, [], [{ type: "context", markdown: more }]))] };
}

/** Shows what becomes one, and asks before it does. */
export async function enterJoinCode(deps: OrchestratorDeps, scene: Scene, code: string): Promise<Outcome> {
  await requirePermission(deps, scene, "org.link");
  const open = await deps.orgJoining.enter({ org: scene.turn.org, person: scene.person }, code);
  if (open === undefined) {
    return { replies: [refused(scene, "That code is not known, was used already, is too old, or was made here.")] };
  }
  const button = scene.composer.button("Join", { verb: "say", text: "join these workspaces for good" }, "danger");
  const summary = "This workspace becomes part of the other, and that cannot be taken back.";
  return { replies: [alone(say(summary, [button], [preview(open), AFTER]))] };
}

/** Makes this workspace part of the one whose code was entered. */
export async function joinNow(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  await requirePermission(deps, scene, "org.link");
  const { org, turnId, signal } = scene.turn;
  const open = await deps.orgJoining.waiting(org);
  if (open === undefined)
    return { replies: [refused(scene, "No code has been entered here in the last ten minutes.")] };
  for (let tried = 0; tried < BUSY_TRIES && (await deps.orgJoining.isBusy(org, turnId)); tried++) {
    await wait(BUSY_WAIT_MS, undefined, { signal });
  }
  if (await deps.orgJoining.isBusy(org, turnId)) {
    const again = scene.composer.button("Join", { verb: "say", text: "join these workspaces for good" }, "danger");
    return { replies: [alone(say("I am still answering others here. Press again in a moment.", [again]))] };
  }
  const resealed = await deps.orgJoining.prepare(org, open.into);
  const lost = open.preview.credentials.filter((name) => !resealed.some(({ was }) => was.name === name));
  const anew = lost.length === 0 ? "" : ` Connect these again: ${lost.join(", ")}.`;
  const hooks = await endedHooks(deps, scene);
  const words = `Done: this workspace is part of the other now.${anew}${hooks.said} \`roles\` says who may do what.`;
  return {
    replies: [alone(say(words))],
    elsewhere: hooks.told,
    commit: (inside) => deps.orgJoining.joinIn(inside, { org, person: scene.person }, open, resealed, turnId),
    // What was installed here does not come along.
    afterwards: () => deps.registry.refresh(org),
  };
}

const BUSY_TRIES = 20;
const BUSY_WAIT_MS = 250;

function preview({ preview: found }: OpenJoin): Part {
  const items = [
    { label: "People", value: `${found.people}, with their files, settings and roles; owners become admins` },
    { label: "Sources that come along", value: found.credentials.join(", ") || "none" },
    { label: "Sources the other has too", value: `${found.doubled.join(", ") || "none"}; the other's stay` },
    { label: "Requests that wait", value: `${found.openGates}; they are withdrawn` },
    { label: "API keys", value: `${found.apiKeys}; they stop working` },
    ...(found.hooks === 0
      ? []
      : [{ label: "Hooks", value: `${found.hooks}; they end, and whoever set one up is told: addresses change` }]),
  ];
  return { type: "fields", items };
}

const AFTER: Part = {
  type: "context",
  markdown:
    "Groups that give roles here give none there until its owner says so. The audit of this workspace ends with this and stays readable on its own.",
};

function refused(scene: Scene, cause: string): Reply {
  const hint =
    "An owner of the other workspace says `join workspaces` there to get a new one; it works for ten minutes.";
  return alone(errorReply("link_refused", cause, hint, scene.turn.turnId));
}

function alone(reply: Reply): Reply {
  return { ...reply, visibility: "only_actor" };
}

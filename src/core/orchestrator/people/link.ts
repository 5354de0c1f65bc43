import { readLinkCode } from "#core/auth/link-code.ts";
import type { AuditDraft } from "#core/contract/audit.ts";
import type { Reply } from "#core/contract/reply.ts";
import { moment } from "#core/contract/moment.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { PLATFORM_NAMES } from "#core/orchestrator/platform-name.ts";
import { ALLOWS, aRole } from "./rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What can be typed about who one is. */
export type LinkCommand =
  | { readonly name: "link" }
  | { readonly name: "enter_code"; readonly code: string }
  | { readonly name: "unlink" | "whoami" };

/** @param words a text without its closing marks, its letters as they were typed */
export function readLinkCommand(words: string): LinkCommand | undefined {
  if (/^(?:link|link me|link (?:my )?(?:accounts?|identity)|pair)$/i.test(words)) return { name: "link" };
  if (/^unlink(?: me)?$/i.test(words)) return { name: "unlink" };
  if (/^(?:who ?am ?i|my role)$/i.test(words)) return { name: "whoami" };
  const typed = /^(?:link|pair)\s+(\S{4}[\s–—-]?\S{4})$/i.exec(words)?.[1] ?? BARE.exec(words)?.[0];
  const code = typed === undefined ? undefined : readLinkCode(typed);
  return code === undefined ? undefined : { name: "enter_code", code };
}

/** A code and nothing else, as it is pasted. “well-done” has its shape too, so small letters alone are none. */
const BARE = /^(?=.*\d|[^a-z]+$)[0-9A-Za-z]{4}-[0-9A-Za-z]{4}$/;

/** Makes or takes a code, tells who somebody is here, or undoes their links. */
export async function onLinkCommand(deps: OrchestratorDeps, scene: Scene, command: LinkCommand): Promise<Outcome> {
  switch (command.name) {
    case "link":
      return { replies: [await newCode(deps, scene)] };
    case "enter_code":
      return enterCode(deps, scene, command.code);
    case "unlink":
      return unlink(deps, scene);
    case "whoami":
      return { replies: [await whoAmI(deps, scene)] };
    default:
      return command satisfies never;
  }
}

async function newCode(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  // Whoever sits at the terminal owns this NEXUS; no other place can give that away.
  const makesOwner = scene.conversation.kind === "console";
  const { code, expiresAt } = await deps.links.newCode({ org: scene.turn.org, person: scene.person }, makesOwner);
  const then = makesOwner ? "Whoever sends it becomes owner there." : "Then you are one person to me in both places.";
  const summary = `Send me \`link ${code}\` in a direct message where you want to be known.`;
  const until = `${then} Until ${moment(expiresAt, "time")} it works once. Give it to nobody.`;
  return { ...say(summary, [], [{ type: "context", markdown: until }]), visibility: "only_actor" };
}

async function enterCode(deps: OrchestratorDeps, scene: Scene, code: string): Promise<Outcome> {
  const isPrivate = scene.conversation.audience === "just_me";
  const who = { org: scene.turn.org, person: scene.person };
  const outcome = await deps.links.redeem(who, code, isPrivate, scene.turn.turnId);
  switch (outcome.state) {
    case "linked": {
      const role = outcome.isOwner ? " You are owner here now: `help` says what that allows." : "";
      return {
        replies: [alone(`Linked: I know you as one person in both places.${role}`)],
        audit: linkedEntries(scene, outcome.isOwner),
      };
    }
    case "spent":
      return refusal(
        scene,
        "Somebody may have read that code here, so I did not take it and it works no more.",
        "Say `link` where you are known to get a new one, and send that to me in a direct message.",
      );
    case "refused":
      return refusal(
        scene,
        "That code is not known, was used already, is too old, or was made here.",
        "Say `link` in the other place, where you are known, to get a new one; it works for ten minutes.",
      );
    case "too_many":
      return refusal(
        scene,
        "You have tried too many codes that I did not make.",
        `Wait ${Math.ceil(outcome.waitMs / 60_000)} minutes, then say \`link\` where you are known to get a new one.`,
      );
    default:
      return outcome satisfies never;
  }
}

/** A code from the terminal gives a role too. */
function linkedEntries(scene: Scene, isOwner: boolean): AuditDraft[] {
  const entry = {
    outcome: "done",
    actor: actorOf(scene),
    right: "a code from the other place",
    subject: { kind: "person", id: scene.person },
  } as const;
  const granted: AuditDraft = {
    ...entry,
    act: "role.granted",
    detail: { role: "owner", by: "a code from the terminal" },
  };
  return [{ ...entry, act: "identity.linked" }, ...(isOwner ? [granted] : [])];
}

/** A code that did not work, which is also what guessing looks like. */
function refusal(scene: Scene, cause: string, hint: string): Outcome {
  const reply: Reply = { ...errorReply("link_refused", cause, hint, scene.turn.turnId), visibility: "only_actor" };
  const subject = { kind: "person", id: scene.person };
  const right = "a code from the other place";
  return {
    replies: [reply],
    audit: [{ act: "identity.linked", outcome: "refused", actor: actorOf(scene), right, subject }],
  };
}

async function unlink(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  const who = { org: scene.turn.org, person: scene.person };
  const linked = await deps.links.linkedWith(who);
  if (linked.length === 0) return { replies: [alone("You are linked to nobody, so there is nothing to undo.")] };
  const role = await deps.roles.roleOf(who.org, who.person);
  return {
    replies: [alone(`Unlinked: I know you here only as who you are here. You are still ${aRole(role)}.`)],
    audit: [
      { act: "identity.unlinked", outcome: "done", actor: actorOf(scene), subject: { kind: "person", id: who.person } },
    ],
    commit: async (inside) => void (await inside.people.unlink(who)),
  };
}

function alone(summary: string): Reply {
  return { ...say(summary), visibility: "only_actor" };
}

async function whoAmI(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  const { org } = scene.turn;
  const role = await deps.roles.roleOf(org, scene.person);
  const linked = await deps.links.linkedWith({ org, person: scene.person });
  const names = linked.map(({ platform, displayName }) => `${inert(displayName)} (${PLATFORM_NAMES[platform]})`);
  const zone = scene.isZoneKnown ? scene.asker.timeZone : `${scene.asker.timeZone}, because nobody told me yours`;
  const summary = `You are ${inert(scene.actor.displayName)}, ${aRole(role)} here: ${ALLOWS[role]}.`;
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      {
        type: "fields",
        items: [
          { label: "Linked with", value: names.length === 0 ? "nobody; say “link”" : names.join(", ") },
          { label: "Time zone", value: zone },
          { label: "Language", value: scene.asker.locale },
        ],
      },
    ],
    visibility: "only_actor",
  };
}

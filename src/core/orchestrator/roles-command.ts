import { Role } from "#core/contract/gate.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Member } from "#core/store/store.ts";
import { say } from "./compose.ts";
import { errorReply } from "./failure.ts";
import { whoMay } from "./gate-card.ts";
import { inert } from "./inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";

/** What can be typed about who may do what. */
export type RolesCommand =
  | { readonly name: "roles" }
  | { readonly name: "make"; readonly who: string; readonly role: Role };

/** @param words a text without its closing marks, its letters as they were typed */
export function readRolesCommand(words: string): RolesCommand | undefined {
  if (/^(?:roles|list roles|who (?:is|are) (?:an? |the )?(?:operators?|admins?|owners?)(?: here)?)$/i.test(words)) {
    return { name: "roles" };
  }
  const [, who, name] = /^make\s+(.{1,80}?)\s+(?:an? |the )?(viewer|operator|admin|owner)$/i.exec(words) ?? [];
  const role = Role.safeParse(name?.toLowerCase());
  return who !== undefined && role.success ? { name: "make", who, role: role.data } : undefined;
}

/** Shows or changes who may do what in this org. */
export async function onRolesCommand(deps: OrchestratorDeps, scene: Scene, command: RolesCommand): Promise<Outcome> {
  switch (command.name) {
    case "roles":
      return { replies: [await rolesList(deps, scene)] };
    case "make":
      return make(deps, scene, command.who, command.role);
    default:
      return command satisfies never;
  }
}

async function rolesList(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  const { org } = scene.turn;
  const own = await deps.roles.roleOf(org, scene.person);
  const members = (await deps.roles.list(org)).filter(({ role }) => role !== "viewer");
  const summary = `You are ${a(own)} here. Everybody else is a viewer, but for those listed.`;
  const rows = members.map(({ displayName, role }) => [inert(displayName), role]);
  if (rows.length === 0) return say(`You are ${a(own)} here. Nobody has been given a role yet.`);
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      { type: "table", caption: "Roles", columns: [{ header: "Who" }, { header: "Role" }], rows },
    ],
    visibility: "everyone",
  };
}

async function make(deps: OrchestratorDeps, scene: Scene, who: string, role: Role): Promise<Outcome> {
  const { org } = scene.turn;
  const found = await deps.roles.find(org, who);
  const [member, ...others] = found;
  if (member === undefined) {
    return {
      replies: [say("I know nobody by that name here. They become known to me when they first say something to me.")],
    };
  }
  if (others.length > 0) return { replies: [whichOne(scene, found, role)] };
  const name = inert(member.displayName);
  const grant = await deps.roles.grant(org, scene.person, member.person, role);
  switch (grant.state) {
    case "granted":
      return { replies: [say(`${name} is ${a(role)} here now. Before: ${grant.before}.`)] };
    case "unchanged":
      return { replies: [say(`${name} is ${a(role)} here already.`)] };
    case "not_allowed":
      return {
        replies: [refused(scene, role === "viewer" || role === "operator" ? whoMay("admin") : whoMay("owner"))],
      };
    case "last_owner":
      return {
        replies: [say(`${name} is the only owner here, and there must be one. Make somebody else an owner first.`)],
      };
    default:
      return grant satisfies never;
  }
}

/** Never a guess at whom to give a right: the ids tell them apart. */
function whichOne(scene: Scene, found: readonly Member[], role: Role): Reply {
  const choices = found
    .slice(0, 5)
    .map(({ displayName, externalId }) =>
      scene.composer.button(`${displayName} (${externalId})`, { verb: "say", text: `make ${externalId} ${role}` }),
    );
  return say("Several people here have that name. Whom do you mean?", choices);
}

function refused(scene: Scene, who: string): Reply {
  const hint = "`roles` shows who that is. Nobody can give more than they have.";
  const reply = errorReply("not_allowed", `Only ${who} can do that.`, hint, scene.turn.turnId);
  return { ...reply, visibility: "only_actor" };
}

function a(role: Role): string {
  return `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;
}

import { includesRole } from "#core/contract/gate.ts";
import type { Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findSource } from "#core/orchestrator/secrets/connect.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { onExpiryPress } from "./expiry-press.ts";

/** What can be typed about a credential that ends, in place of the buttons of its card. */
export type ExpiryCommand = { readonly name: "expiry"; readonly what: string } & (
  | { readonly do: "later" | "take" | "leave" }
  | { readonly do: "give"; readonly who: string }
);

const LATER =
  /^remind me (?:(?:of|about) (?:the |my )?(?<what>.{2,40}?)(?: access| connection| key)? tomorrow|tomorrow (?:of|about) (?:the |my )?(?<other>.{2,40}?)(?: access| connection| key)?)$/i;
const GIVE =
  /^(?:give|hand)(?: over)? (?:the |my )?(?<what>.{2,40}?)(?: access| connection| key)? to (?<who>@?\S.{0,60})$/i;
const TAKE = /^take over (?:the |my |\S+'s )?(?<what>.{2,40}?)(?: access| connection| key)?$/i;
const LEAVE = /^leave (?:the |my )?(?<what>.{2,40}?)(?: access| connection| key)? with \S.{0,60}$/i;

/**
 * @param words a text without its closing marks, its letters as they were typed
 * @param isSource whether a name is that of something connected: “remind me of lunch tomorrow” is a reminder
 */
export function readExpiryCommand(words: string, isSource: (name: string) => boolean): ExpiryCommand | undefined {
  const later = LATER.exec(words)?.groups;
  const put = later?.["what"] ?? later?.["other"];
  if (put !== undefined && isSource(put)) return { name: "expiry", do: "later", what: put };
  for (const [pattern, does] of ANSWERS) {
    const answered = pattern.exec(words)?.groups?.["what"];
    if (answered !== undefined && isSource(answered)) return { name: "expiry", do: does, what: answered };
  }
  const given = GIVE.exec(words)?.groups;
  const what = given?.["what"];
  const who = given?.["who"];
  return what !== undefined && who !== undefined && isSource(what)
    ? { name: "expiry", do: "give", what, who }
    : undefined;
}

const ANSWERS = [
  [TAKE, "take"],
  [LEAVE, "leave"],
] as const;

/** Does what a button of the last card about that credential would do. */
export async function onExpiryCommand(deps: OrchestratorDeps, scene: Scene, command: ExpiryCommand): Promise<Outcome> {
  const { org } = scene.turn;
  const source = findSource(deps, org, command.what);
  const told = await deps.store.forOrg(org).credentialNotices.list();
  const notice = told.findLast(
    (one) => one.name === source?.need.name && one.reader === scene.person && one.state === "shown",
  );
  if (source === undefined || notice === undefined) {
    return { replies: [alone(`There is nothing about ${inert(command.what)} that you could do that with now.`)] };
  }
  if (command.do !== "give") return onExpiryPress(deps, scene, { notice: notice.id, do: command.do });
  const found = await deps.roles.find(org, command.who);
  const roles = await Promise.all(found.map(({ person }) => deps.roles.roleOf(org, person)));
  const admins = found.filter((one, at) => one.person !== scene.person && includesRole(roles[at] ?? "viewer", "admin"));
  const [admin, ...others] = admins;
  if (admin === undefined || others.length > 0) {
    const why = admin === undefined ? `I know no admin called ${inert(command.who)}` : "Several admins have that name";
    return { replies: [alone(`${why}. \`roles\` says who they are.`)] };
  }
  return onExpiryPress(deps, scene, { notice: notice.id, do: "give", to: admin.person });
}

function alone(summary: string): Reply {
  return { ...say(summary), visibility: "only_actor" };
}

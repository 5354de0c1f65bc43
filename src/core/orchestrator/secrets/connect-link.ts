import type { AuditDraft } from "#core/contract/audit.ts";
import type { ConnectPage } from "#core/contract/connect-link.ts";
import { moment } from "#core/contract/moment.ts";
import { type ActorRef, personRef } from "#core/contract/principal.ts";
import type { Action } from "#core/contract/reply.ts";
import type { ConnectLink, NewConnectLink } from "#core/store/store.ts";
import { type ForWhom, purposeOf } from "./connect-whom.ts";
import { say } from "#core/orchestrator/compose.ts";
import { PLATFORM_NAMES } from "#core/orchestrator/platform-name.ts";
import type { Source } from "./connect.ts";
import { whoUses } from "./keep-credential.ts";
import { markedLink } from "./link-sight.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";

/** The link to the page where a credential is entered, for its person alone; it works once, for ten minutes. */
export function linkReply(
  deps: OrchestratorDeps,
  scene: Scene,
  source: Source,
  whom: ForWhom,
  also: readonly string[] = [],
): Outcome {
  const { manifest, need } = source;
  const { tokenHash, link } = deps.connectLinks.draw(drawn(scene, source, whom));
  const url = markedLink(deps.entry.origin(scene.conversation) ?? "", link.id);
  const isAccount = need.kind === "oauth2";
  const buttons: Action[] = [
    { type: "link", label: titleCase(`${isAccount ? "Allow" : "Enter"} ${need.title}`).slice(0, 75), url },
  ];
  if (!isAccount && deps.entry.modal) {
    const same = { module: manifest.name, credential: need.name, for: whom } as const;
    buttons.push(scene.composer.button("Type It Here Instead", { verb: "con", ...same, byForm: true }));
  }
  const summary = isAccount
    ? `Open the link to allow ${need.title}. ${whoUses(whom === "me", also)}`
    : `Enter ${need.title} on a page of mine, where nobody reads along. ${whoUses(whom === "me", also)}`;
  const until = `The link is yours alone and works once, until ${moment(link.expiresAt, "time")}. ${purposeOf(source)}`;
  return {
    replies: [{ ...say(summary, buttons, [{ type: "context", markdown: until }]), visibility: "only_actor" }],
    audit: [linkDraft("connect_link.made", "done", personRef(scene.person), link)],
    commit: (inside) => inside.connectLinks.add(link, tokenHash),
  };
}

/** For whom and what a link is that is asked for in this scene. */
export function drawn({ turn, person, actor, conversation }: Scene, { manifest, need }: Source, whom: ForWhom) {
  const what = { module: manifest.name, credential: need.name, isOwn: whom === "me" };
  return { org: turn.org, person, ...what, actor, conversation };
}

/** What the audit says of a link. */
export function linkDraft(
  act: "connect_link.made" | "connect_link.used",
  outcome: AuditDraft["outcome"],
  actor: ActorRef,
  { id, credential, module, isOwn }: Pick<NewConnectLink, "id" | "credential" | "module" | "isOwn">,
): AuditDraft {
  const detail = { link: id, module, whose: isOwn ? "own" : "shared" };
  return { act, outcome, actor, subject: { kind: "credential", id: credential }, detail };
}

/**
 * The page behind a link: whoever opens it reads who asked for it where, and whose the result will be.
 * @param also who is answered with it too, by name
 */
export function pageOf(
  link: Pick<ConnectLink, "actor" | "conversation" | "isOwn">,
  source: Source,
  also: readonly string[] = [],
): ConnectPage {
  const { need } = source;
  const { actor, conversation, isOwn } = link;
  const where = conversation.name === undefined ? "" : `, in ${conversation.name}`;
  const facts = [
    `Asked for by ${actor.displayName} on ${PLATFORM_NAMES[actor.platform]}${where}. If that is not you, close this page.`,
    purposeOf(source),
    isOwn ? onlyTheirs(actor.displayName, also) : "Everybody there will use it.",
  ];
  if (need.kind === "oauth2") {
    return {
      title: `Connect ${need.title}`,
      facts,
      fields: [],
      submit: "Continue",
      ...(need.oauth2 && { leadsTo: new URL(need.oauth2.authorizationUrl).origin }),
    };
  }
  const field = { id: "value", label: "API key", type: "secret", hint: `From ${need.obtainUrl}` } as const;
  return { title: `Connect ${need.title}`, facts, fields: [field], submit: "Connect" };
}

function onlyTheirs(name: string, also: readonly string[]): string {
  return also.length === 0
    ? `Only ${name} will use it.`
    : `${name} will use it, and so will what ${also.join(" and ")} set up.`;
}

import { moment } from "#core/contract/moment.ts";
import type { PersonId } from "#core/contract/ids.ts";
import { MATRIX } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import { isClientOf } from "#core/credentials/oauth-clients.ts";
import type { CredentialInfo, CredentialTarget } from "#core/credentials/vault.ts";
import { beginConnect, nameOf } from "./begin-connect.ts";
import { say } from "#core/orchestrator/compose.ts";
import { findSource, type Source, sources } from "./connect.ts";
import { mayConnectFor } from "./connect-whom.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { isKeptAs } from "./keep-credential.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";

/** What can be typed about the credentials that are kept here. */
export type CredentialsCommand = { readonly name: "credentials" } & (
  | { readonly do: "list" | "choose" }
  | { readonly do: "connect"; readonly what: string; readonly for: "me" | "everyone" | undefined }
  | { readonly do: "share" | "unshare"; readonly what: string; readonly who: string }
);

const LIST = /^(?:(?:list |show |my )?(?:credentials|connections|connected accounts)|what is connected(?: here)?)$/i;
const CHOOSE = /^connect(?: (?:a source|an account|something))?$/i;
const MINE =
  /^(?:re)?connect\s+my(?: own)?\s+(.{2,40}?)(?:\s+(?:key|credential|token|account))?$|^(?:connect|replace|reconnect)\s+(?:the |my )?(.{2,40}?)\s+for (?:me|myself|me only)$/i;
const EVERYONES =
  /^(?:connect|replace|reconnect)\s+(?:the |my )?(.{2,40}?)\s+for (?:everyone|everybody|all|all of us|us all)(?: here)?$/i;
const AGAIN =
  /^(?:replace|reconnect)\s+(?:the |my )?(?!(?:api )?keys?\b)(.{2,40}?)(?:\s+(?:key|credential|token|account))?$/i;
const SHARE =
  /^share\s+(?:the |my )?(.{2,40}?)\s+(?:key|credential|token|account|connection)\s+with\s+(everyone|everybody|all|@?\S.{0,60}?)(?: here)?$/i;
const UNSHARE =
  /^(?:unshare|stop sharing)\s+(?:the |my )?(.{2,40}?)(?:\s+(?:key|credential|token|account|connection))?(?:\s+(?:from|with)\s+(everyone|everybody|all|@?\S.{0,60}?))?$/i;

/** @param words a text without its closing marks, its letters as they were typed */
export function readCredentialsCommand(words: string): CredentialsCommand | undefined {
  if (LIST.test(words)) return { name: "credentials", do: "list" };
  if (CHOOSE.test(words)) return { name: "credentials", do: "choose" };
  const mine = MINE.exec(words);
  const own = mine?.[1] ?? mine?.[2];
  if (own !== undefined) return { name: "credentials", do: "connect", what: own, for: "me" };
  const shared = EVERYONES.exec(words)?.[1];
  if (shared !== undefined) return { name: "credentials", do: "connect", what: shared, for: "everyone" };
  const again = AGAIN.exec(words)?.[1];
  if (again !== undefined) return { name: "credentials", do: "connect", what: again, for: undefined };
  const [, what, who] = SHARE.exec(words) ?? [];
  if (what !== undefined && who !== undefined) return { name: "credentials", do: "share", what, who };
  const [, ended, from = "everyone"] = UNSHARE.exec(words) ?? [];
  return ended === undefined ? undefined : { name: "credentials", do: "unshare", what: ended, who: from };
}

/** Shows what is kept and whose it is; connects, shares, or ends the sharing. */
export async function onCredentialsCommand(
  deps: OrchestratorDeps,
  scene: Scene,
  command: CredentialsCommand,
): Promise<Outcome> {
  switch (command.do) {
    case "list":
      return { replies: [await list(deps, scene)] };
    case "choose":
      return { replies: [choose(deps, scene)] };
    case "connect": {
      const source = findSource(deps, scene.turn.org, command.what);
      if (source === undefined) return { replies: [unknown(command.what)] };
      return beginConnect(deps, scene, source, { ...(command.for !== undefined && { for: command.for }) });
    }
    case "share":
    case "unshare": {
      const source = findSource(deps, scene.turn.org, command.what);
      return { replies: [source === undefined ? unknown(command.what) : await share(deps, scene, source, command)] };
    }
    default:
      return command satisfies never;
  }
}

/** What is kept: one's own and what is shared; to those who answer for it, everybody's, by name and never by hint. */
async function list(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  const known = sources(deps, scene.turn.org);
  const { role } = await deps.roles.standing(scene.turn.org, scene.person);
  const mayShare = MATRIX[role].has("credential.share");
  const kept = (await deps.vault.list(scene.turn.org)).filter(
    ({ owner }) => owner === undefined || owner === scene.person || mayShare,
  );
  if (kept.length === 0) {
    return alone("Nothing is connected here yet. `connect` shows what can be.");
  }
  const rows = await Promise.all(
    kept.map(async (info) => [
      titleOf(known, info.name),
      await whose(deps, scene, info),
      info.owner === undefined || info.owner === scene.person ? inert(info.hint) : "hidden",
      await users(deps, scene, info),
      healthOf(info, scene.now),
    ]),
  );
  const summary = kept.length === 1 ? "One credential is kept here." : `${kept.length} credentials are kept here.`;
  const columns = ["What", "Whose", "Ends in", "Used by", "Works until"].map((header) => ({ header }));
  const buttons =
    kept.length > MOST_WITH_BUTTONS ? [] : kept.flatMap((info) => actionsOn(scene, known, info, mayShare));
  const how = "`replace <name>`, `disconnect <name>`, `share <name> key with @somebody`, `unshare <name>`.";
  return {
    ...say(summary, buttons, [
      { type: "table", caption: "Credentials", columns, rows },
      { type: "context", markdown: how },
    ]),
    visibility: "only_actor",
  };
}

/** Whether its source takes it, and until when, as far as that is known. */
function healthOf({ expiresAt, expiryIs, refusedAt }: CredentialInfo, now: Date): string {
  if (refusedAt !== undefined) return `refused ${moment(refusedAt, "date")}`;
  if (expiresAt === undefined || expiresAt <= now) return "";
  return expiryIs === "stated" ? moment(expiresAt, "date") : `about ${moment(expiresAt, "date")}`;
}

/** More would be a wall of buttons; the words below the table do the same. */
const MOST_WITH_BUTTONS = 2;

function titleOf(known: readonly Source[], name: string): string {
  const source = known.find(({ need }) => need.name === name);
  if (source !== undefined) return source.need.title;
  const client = isClientOf(
    known.map(({ need }) => need),
    name,
  );
  return client === undefined ? inert(name) : `OAuth client for ${client.title}`;
}

async function whose(deps: OrchestratorDeps, scene: Scene, { owner }: CredentialInfo): Promise<string> {
  if (owner === undefined) return "everybody's";
  return owner === scene.person ? "yours" : `${await nameOf(deps, scene, owner)}'s own`;
}

async function users(deps: OrchestratorDeps, scene: Scene, { grantedTo, owner }: CredentialInfo): Promise<string> {
  if (grantedTo === "everyone") return "everybody here";
  const people: PersonId[] =
    owner === undefined ? [...grantedTo] : [owner, ...grantedTo.filter((one) => one !== owner)];
  if (people.length === 0) return "nobody";
  const names = await Promise.all(
    people.slice(0, MOST_NAMES).map(async (one) => (one === scene.person ? "you" : nameOf(deps, scene, one))),
  );
  return people.length > MOST_NAMES ? `${names.join(", ")} and ${people.length - MOST_NAMES} more` : names.join(", ");
}

const MOST_NAMES = 3;

function actionsOn(scene: Scene, known: readonly Source[], info: CredentialInfo, mayShare: boolean): Action[] {
  const source = known.find(({ need }) => need.name === info.name);
  const isOwn = info.owner === scene.person;
  if (source === undefined || !(isOwn || (info.owner === undefined && mayShare))) return [];
  const { manifest, need } = source;
  const whom = isOwn ? "me" : "everyone";
  const { composer } = scene;
  const buttons = [
    composer.button(titleCase(`Replace ${need.title}`), {
      verb: "con",
      module: manifest.name,
      credential: need.name,
      for: whom,
    }),
    composer.button(titleCase(`Remove ${need.title}`), { verb: "say", text: `disconnect ${need.title}` }, "danger"),
  ];
  if (isOwn && mayShare && info.grantedTo !== "everyone") {
    const text = `share ${need.title} key with everyone`;
    buttons.push(composer.button(titleCase(`Share ${need.title}`), { verb: "say", text }));
  }
  return buttons;
}

/** Everything that can be connected, a button each. */
function choose(deps: OrchestratorDeps, scene: Scene): Reply {
  const buttons = sources(deps, scene.turn.org)
    .slice(0, MOST_CHOICES)
    .map(({ manifest, need }) =>
      scene.composer.button(titleCase(need.title), { verb: "con", module: manifest.name, credential: need.name }),
    );
  if (buttons.length === 0) return alone("No installed module needs a credential.");
  const more = sources(deps, scene.turn.org).length > MOST_CHOICES ? " For another, say `connect <name>`." : "";
  return { ...say(`What do you want to connect?${more}`, buttons), visibility: "only_actor" };
}

const MOST_CHOICES = 10;

/** One's own may be shared by whoever may share at all; what everybody's is, by admins. */
async function share(
  deps: OrchestratorDeps,
  scene: Scene,
  { need }: Source,
  wish: Extract<CredentialsCommand, { do: "share" | "unshare" }>,
): Promise<Reply> {
  const { org } = scene.turn;
  const kept = await deps.vault.list(org);
  const isOwn = kept.some((info) => isKeptAs(info, need.name, scene.person));
  const isShared = kept.some((info) => isKeptAs(info, need.name, undefined));
  if (!isOwn && !isShared) return alone(`${need.title} is not connected, so there is nothing to share.`);
  // Taking back what is one's own needs no right but that it is one's own.
  if (!(isOwn && wish.do === "unshare")) await mayConnectFor(deps, scene, "everyone");
  const to = await recipient(deps, scene, wish);
  if ("parts" in to) return to;
  const target: CredentialTarget = { org, name: need.name, ...(isOwn && { owner: scene.person }) };
  const by = personRef(scene.person);
  const mine = isOwn ? "Your " : "";
  if (wish.do === "share") {
    await deps.vault.grant(target, to.id, by);
    return alone(`${mine}${need.title} may be used by ${to.name} now. \`unshare ${need.title}\` ends it.`);
  }
  await deps.vault.revoke(target, to.id, by);
  return alone(`${mine}${need.title} may no longer be used by ${to.name}.`);
}

async function recipient(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: Extract<CredentialsCommand, { do: "share" | "unshare" }>,
): Promise<{ readonly id: "everyone" | PersonId; readonly name: string } | Reply> {
  if (/^(?:everyone|everybody|all)$/i.test(wish.who)) return { id: "everyone", name: "everybody here" };
  const found = await deps.roles.find(scene.turn.org, wish.who);
  const [member, ...others] = found;
  if (member === undefined) {
    return alone("I know nobody by that name here. They become known to me when they first say something to me.");
  }
  if (others.length === 0) return { id: member.person, name: inert(member.displayName) };
  const link = wish.do === "share" ? "with" : "from";
  const choices = found.slice(0, 5).map(({ displayName, externalId }) =>
    scene.composer.button(`${displayName} (${externalId})`, {
      verb: "say",
      text: `${wish.do} ${wish.what} key ${link} ${externalId}`,
    }),
  );
  return { ...say("Several people here have that name. Whom do you mean?", choices), visibility: "only_actor" };
}

function unknown(what: string): Reply {
  return alone(`I know no source called “${inert(what)}”. Say \`connect\` for what can be connected.`);
}

function alone(summary: string): Reply {
  return { ...say(summary), visibility: "only_actor" };
}

import type { PersonId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import type { CredentialCheck } from "#core/store/credential-checks.ts";
import type { CredentialNotice } from "#core/store/credential-notices.ts";
import type { StoredCredential } from "#core/store/credentials.ts";
import { say } from "#core/orchestrator/compose.ts";
import { nameOf } from "#core/orchestrator/secrets/begin-connect.ts";
import type { Source } from "#core/orchestrator/secrets/connect.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { whatStops } from "./expiry-stops.ts";

/** What a card about a credential's end is drawn from. */
export interface EndingCredential {
  readonly notice: CredentialNotice;
  readonly record: StoredCredential;
  readonly check: CredentialCheck | undefined;
  readonly source: Source;
  /** An admin it can be given to. */
  readonly admin: { readonly person: PersonId; readonly name: string } | undefined;
}

/** Tells one person that a credential ends, or is refused: what will stop, and what can be done. Never the secret. */
export async function expiryCard(deps: OrchestratorDeps, scene: Scene, ending: EndingCredential): Promise<Reply> {
  const { record, source } = ending;
  const title = source.need.title;
  const stops = await whatStops(deps, scene.turn.org, record);
  const summary = `${await whoseText(deps, scene, ending)} ${whenText(record, scene.now)}`;
  const isOver = record.refusedAt !== undefined;
  const stopText =
    stops.length === 0
      ? []
      : [
          `${isOver ? "Until it is renewed" : "If nobody renews it"}, ${stops.length === 1 ? "this stops" : "these stop"}: ${stops.join(", ")}.`,
        ];
  const why = await becauseText(deps, scene, ending);
  const words = [...(why === undefined ? [] : [why]), ...stopText].join(" ");
  const paths = [
    `\`reconnect ${title}\``,
    ...(ending.admin === undefined ? [] : [`\`give ${title} to ${ending.admin.name}\``]),
    `\`remind me of ${title} tomorrow\``,
  ];
  const reply = say(summary, buttonsOn(scene, ending), [
    ...(words === "" ? [] : [{ type: "text" as const, markdown: words }]),
    { type: "context", markdown: paths.join(" · ") },
  ]);
  return scene.conversation.audience === "just_me" ? reply : { ...reply, visibility: "only_actor" };
}

/** “Google Calendar access ends Thursday.” */
function whenText({ expires, refusedAt }: StoredCredential, now: Date): string {
  if (refusedAt !== undefined) return "does not work any more: its source has not accepted it since it was last asked.";
  if (expires === undefined || expires.at <= now) return "may have ended.";
  const at = moment(expires.at, "date");
  return expires.source === "stated" ? `ends ${at}.` : `usually ends about ${at}; its source does not say.`;
}

async function whoseText(deps: OrchestratorDeps, scene: Scene, { record, source }: EndingCredential): Promise<string> {
  const { title } = source.need;
  if (record.owner === undefined) return `The ${title} access that everybody here uses`;
  if (record.owner === scene.person) return `Your ${title} access`;
  return `${possessive(await nameOf(deps, scene, record.owner))} ${title} access`;
}

/** Why this reader is told, where it is not theirs. */
async function becauseText(
  deps: OrchestratorDeps,
  scene: Scene,
  { record, check, notice, source }: EndingCredential,
): Promise<string | undefined> {
  if (record.owner === scene.person) return undefined;
  if (record.owner === undefined) return notice.toldAs === "admin" ? "Nobody has renewed it yet." : undefined;
  const owner = await nameOf(deps, scene, record.owner);
  if (check?.keeper?.person === scene.person) {
    return `${owner} asks you to take it over: yours would be used in its place, and shows what is in ${yours(source)}.`;
  }
  return notice.toldAs === "admin"
    ? `${owner} was told and has not renewed it yet.`
    : `${owner} cannot be told here, so I tell you.`;
}

function yours({ need }: Source): string {
  return `**your** ${need.title}`;
}

function possessive(name: string): string {
  return `${name}'s`;
}

function buttonsOn(scene: Scene, { notice, record, check, source, admin }: EndingCredential): Action[] {
  const { composer, person } = scene;
  const { manifest, need } = source;
  const connect = { verb: "con", module: manifest.name, credential: need.name } as const;
  const exp = { verb: "exp", notice: notice.id } as const;
  const isKeeper = check?.keeper?.person === person;
  const first = isKeeper
    ? composer.button(`Use My ${need.title}`, { ...exp, do: "take" }, "primary")
    : composer.button(
        need.kind === "oauth2" ? "Reconnect (30 s)" : "Replace the Key",
        record.owner === undefined ? { ...connect, for: "everyone" } : { ...connect, asked: record.owner },
        "primary",
      );
  const give = isKeeper
    ? [composer.button("Leave It", { ...exp, do: "leave" })]
    : admin === undefined
      ? []
      : [composer.button(`Give to ${admin.name}`, { ...exp, do: "give", to: admin.person })];
  return [first, ...give, composer.button("Remind Tomorrow", { ...exp, do: "later" })];
}

import type { PersonId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import type { Part } from "#core/contract/reply.ts";
import type { CredentialCheck } from "#core/store/credential-checks.ts";
import type { CredentialNotice } from "#core/store/credential-notices.ts";
import type { StoredCredential } from "#core/store/credentials.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { nameOf } from "#core/orchestrator/secrets/begin-connect.ts";
import type { Source } from "#core/orchestrator/secrets/connect.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { whatStops } from "./expiry-stops.ts";

/** What is said of a credential's end is made of this. */
export interface EndingCredential {
  readonly notice: CredentialNotice;
  readonly record: StoredCredential;
  readonly check: CredentialCheck | undefined;
  readonly source: Source;
  /** An admin it can be given to. */
  readonly admin: { readonly person: PersonId; readonly name: string } | undefined;
}

/** What one person is told of it, wherever they read it: all but the buttons. */
export interface EndingWords {
  readonly summary: string;
  /** What will stop, and what can be typed. */
  readonly parts: readonly Part[];
}

/** Says that a credential ends, or is refused: what will stop, and what can be done. Never the secret. */
export async function endingWords(
  deps: OrchestratorDeps,
  scene: Scene,
  ending: EndingCredential,
): Promise<EndingWords> {
  const { record } = ending;
  const stops = await whatStops(deps, scene.turn.org, record, scene.person, scene.actor.platform);
  const isOver = record.refusedAt !== undefined;
  const stopText =
    stops.length === 0
      ? []
      : [
          `${isOver ? "Until it is renewed" : "If nobody renews it"}, ${stops.length === 1 ? "this stops" : "these stop"}: ${stops.join(", ")}.`,
        ];
  const why = await becauseText(deps, scene, ending);
  const words = [...(why === undefined ? [] : [why]), ...stopText].join(" ");
  const paths = await pathsOf(deps, scene, ending);
  return {
    summary: `${await whoseText(deps, scene, ending)} ${whenText(record, scene.now)}`,
    parts: [
      ...(words === "" ? [] : [{ type: "text" as const, markdown: words }]),
      { type: "context", markdown: paths.join(" · ") },
    ],
  };
}

async function whoseText(deps: OrchestratorDeps, scene: Scene, { record, source }: EndingCredential): Promise<string> {
  // “Google Calendar access” ends; of a key it is the key.
  const access = source.need.kind === "oauth2" ? `${titleOf(source)} access` : titleOf(source);
  if (record.owner === undefined) return `The ${access} that everybody here uses`;
  if (record.owner === scene.person) return `Your ${access}`;
  return `${possessive(await nameOf(deps, scene, record.owner))} ${access}`;
}

/** “Google Calendar access ends Thursday.” */
function whenText({ expires, refusedAt }: StoredCredential, now: Date): string {
  if (refusedAt !== undefined) return "does not work any more: its source refuses it.";
  if (expires === undefined || expires.at <= now) return "may have ended.";
  const at = moment(expires.at, "date");
  return expires.source === "stated" ? `ends ${at}.` : `usually ends about ${at}; its source does not say.`;
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
    return `${owner} asks you to take it over: yours would be used in its place, and shows what is in your ${titleOf(source)}.`;
  }
  return notice.toldAs === "admin"
    ? `${owner} was told and has not renewed it yet.`
    : `${owner} cannot be told here, so I tell you.`;
}

/** What can be typed in place of each button. */
async function pathsOf(
  deps: OrchestratorDeps,
  scene: Scene,
  { record, check, source, admin }: EndingCredential,
): Promise<string[]> {
  const title = source.need.title.length <= LONGEST_SAID ? titleOf(source) : source.need.name;
  const later = `\`remind me of ${title} tomorrow\``;
  if (record.owner !== undefined && record.owner !== scene.person) {
    const owner = await nameOf(deps, scene, record.owner);
    // Whoever else reconnects it connects their own.
    return check?.keeper?.person === scene.person
      ? [`\`take over ${title}\``, `\`leave ${title} with ${owner}\``, later]
      : [`${owner} renews it with \`reconnect ${title}\``, later];
  }
  return [`\`reconnect ${title}\``, ...(admin === undefined ? [] : [`\`give ${title} to ${admin.name}\``]), later];
}

/** No longer a name is looked for in what is said; in characters. */
const LONGEST_SAID = 40;

function titleOf({ need }: Source): string {
  return inert(need.title);
}

function possessive(name: string): string {
  return `${name}'s`;
}

import { moment } from "#core/contract/moment.ts";
import { MATRIX } from "#core/contract/permission.ts";
import type { CredentialInfo } from "#core/credentials/vault.ts";
import { sources } from "#core/orchestrator/secrets/connect.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Briefed } from "#core/orchestrator/clock/briefing/briefed.ts";
import { nothingSection, type Section } from "#core/orchestrator/clock/briefing/section.ts";

/** As far ahead as people are first warned. */
const AHEAD_MS = 14 * 24 * 60 * 60_000;
const MOST_NAMED = 3;

/**
 * Credentials that end soon, or were refused: by name to whom they belong, and to those who answer for everybody's; to a
 * channel as a number.
 */
export async function endingCredentials(
  deps: Pick<OrchestratorDeps, "vault" | "registry">,
  { turn }: Pick<Scene, "turn">,
  title: string,
  { owner, readers, now }: Pick<Briefed, "owner" | "readers" | "now">,
): Promise<Section> {
  const mayShare = MATRIX[owner.role].has("credential.share");
  const before = now.getTime() + AHEAD_MS;
  const meant = (await deps.vault.list(turn.org))
    .filter(({ owner: whose }) => whose === owner.person || (whose === undefined && mayShare))
    // What was only to end, and goes on working, has not ended: that is for its source to say.
    .filter(({ expiresAt, refusedAt }) => refusedAt !== undefined || isAhead(expiresAt, now, before))
    .toSorted((one, other) => endOf(one) - endOf(other));
  if (meant.length === 0) return nothingSection(title, "none ends soon.");
  const says = meant.map(({ name, expiresAt, refusedAt }) => [
    name,
    expiresAt?.getTime() ?? null,
    refusedAt?.getTime() ?? null,
  ]);
  const credentials = meant.length === 1 ? "1 credential" : `${meant.length} credentials`;
  const need = meant.length === 1 ? "needs" : "need";
  if (readers !== "alone") return { title, state: "ok", lines: [`${credentials} ${need} a look.`], says };
  const known = sources(deps, turn.org);
  const words = meant.slice(0, MOST_NAMED).map((info) => {
    const name = inert(known.find(({ need: its }) => its.name === info.name)?.need.title ?? info.name);
    if (info.refusedAt !== undefined || info.expiresAt === undefined) return `${name} was refused`;
    return `${name} ends ${moment(info.expiresAt, "date")}`;
  });
  const more = meant.length - MOST_NAMED;
  return { title, state: "ok", lines: [`${[...words, ...(more > 0 ? [`${more} more`] : [])].join("; ")}.`], says };
}

function isAhead(end: Date | undefined, now: Date, before: number): boolean {
  return end !== undefined && end > now && end.getTime() < before;
}

function endOf({ expiresAt, refusedAt }: CredentialInfo): number {
  return refusedAt === undefined ? (expiresAt?.getTime() ?? Infinity) : 0;
}

import type { OrgId } from "#core/contract/ids.ts";
import type { BuildState } from "#core/evolution/builds/build.ts";
import type { StoredProposal } from "#core/store/store.ts";
import type { CurriculumDeps } from "./curriculum-deps.ts";

/** As many are looked at; a proposal's build is among the newest. */
const NEWEST = 100;
const UNDER_WAY: readonly BuildState[] = ["queued", "working", "ready", "asked"];

/** What is being built in an org, in the words it was asked for with. */
export async function needsBeingBuilt({ builds }: Pick<CurriculumDeps, "builds">, org: OrgId): Promise<string[]> {
  const all = (await builds?.list(org, { limit: NEWEST })) ?? [];
  return all.flatMap(({ state, need }) => (UNDER_WAY.includes(state) && need !== "" ? [need] : []));
}

/**
 * Proposals that are being built, as their builds have become: one that was installed is done, and one that came to nothing
 * can be decided on anew.
 */
export async function withBuilds(
  { builds, store }: Pick<CurriculumDeps, "builds" | "store">,
  org: OrgId,
  rows: readonly StoredProposal[],
): Promise<readonly StoredProposal[]> {
  if (builds === undefined || rows.every(({ state }) => state !== "building")) return rows;
  const all = await builds.list(org, { limit: NEWEST });
  return await Promise.all(
    rows.map(async (row) => {
      const build = all.find(({ proposal }) => proposal === row.id);
      if (row.state !== "building" || build === undefined || UNDER_WAY.includes(build.state)) return row;
      const state = build.state === "installed" ? "done" : "open";
      await store.forOrg(org).proposals.move(row.id, ["building"], state, row.decided?.by);
      return { ...row, state } as const;
    }),
  );
}

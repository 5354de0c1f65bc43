import { MATRIX } from "#core/contract/permission.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";
import type { Briefed } from "#core/orchestrator/clock/briefing/briefed.ts";
import { failedSection, nothingSection, type Section } from "#core/orchestrator/clock/briefing/section.ts";

const MOST_NAMED = 3;

/** What NEXUS does by itself and failed at the last time: by name to those who may see it, to a channel as a number. */
export async function failedJobs(
  { housekeeper }: Pick<OrchestratorDeps, "housekeeper">,
  title: string,
  { owner, readers }: Pick<Briefed, "owner" | "readers">,
): Promise<Section> {
  if (!MATRIX[owner.role].has("job.read")) return failedSection(title, "only operators and above see them.");
  const jobs = await housekeeper.list();
  const failed = jobs.filter(({ last }) => last?.outcome === "failed");
  if (failed.length === 0) return nothingSection(title, "all of them went well.");
  const says = failed.map(({ name, last }) => [name, last?.endedAt.getTime() ?? null]);
  const count = `${failed.length} of ${jobs.length} failed the last time`;
  if (readers !== "alone") return { title, state: "ok", lines: [`${count}.`], says };
  const names = failed.slice(0, MOST_NAMED).map(({ name }) => inert(name));
  const more = failed.length - MOST_NAMED;
  return {
    title,
    state: "ok",
    lines: [`${count}: ${[...names, ...(more > 0 ? [`${more} more`] : [])].join(", ")}.`],
    says,
  };
}

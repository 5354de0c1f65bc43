import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { nothingSection, type Section } from "#core/orchestrator/clock/briefing/section.ts";

const MOST_NAMED = 3;

/** The modules that are proposed and that nobody has decided on. */
export async function newProposals(
  { curriculum }: Pick<OrchestratorDeps, "curriculum">,
  { turn }: Pick<Scene, "turn">,
  title: string,
): Promise<Section> {
  const open = await curriculum.open(turn.org);
  if (open.length === 0) return nothingSection(title, "none is proposed.");
  const names = open.slice(0, MOST_NAMED).map(({ code, label }) => `${inert(label)} (\`${code}\`)`);
  const more = open.length - MOST_NAMED;
  const line = [...names, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return { title, state: "ok", lines: [`proposed: ${line}.`], says: open.map(({ id }) => id) };
}

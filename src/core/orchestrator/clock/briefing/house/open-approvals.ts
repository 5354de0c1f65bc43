import { whoMay } from "#core/contract/permission.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Briefed } from "#core/orchestrator/clock/briefing/briefed.ts";
import { nothingSection, type Section } from "#core/orchestrator/clock/briefing/section.ts";

/** How many requests wait for a decision, and who may decide: by role, so that nobody is called. */
export async function openApprovals(
  { approval }: Pick<OrchestratorDeps, "approval">,
  { turn }: Pick<Scene, "turn">,
  title: string,
  { readers }: Pick<Briefed, "readers">,
): Promise<Section> {
  const waiting = await approval.waiting(turn.org);
  if (waiting.length === 0) return nothingSection(title, "none waits for a decision.");
  const roles = [...new Set(waiting.map(({ policy }) => policy.role))];
  const who = roles.map((role) => whoMay(role)).join("; ");
  const [oldest] = waiting;
  // Titles name what is wanted: in a channel `approvals` shows each person what they may see.
  const names = readers === "alone" && oldest !== undefined ? [`Oldest: \`${oldest.code}\` ${oldest.title}`] : [];
  const count = `${waiting.length} ${waiting.length === 1 ? "waits" : "wait"} for a decision`;
  return {
    title,
    state: "ok",
    lines: [`${count} (${who}).`, ...names],
    says: waiting.map(({ id }) => id),
  };
}

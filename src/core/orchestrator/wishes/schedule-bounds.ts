import { MATRIX } from "#core/contract/permission.ts";
import type { BriefingSection, SchedulePlan } from "#core/contract/schedule.ts";
import { sectionTitle } from "#core/orchestrator/clock/schedule-words.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { mayUseHere } from "#core/orchestrator/runs/use-right.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** How many schedules one person may have, and an org. */
export const MOST_OF_A_PERSON = 20;
export const MOST_OF_AN_ORG = 200;
const MOST_SECTIONS = 8;

/** What is to be said when there are too many; undefined while there is room. */
export function tooMany(ofPerson: number, ofOrg: number): string | undefined {
  if (ofPerson > MOST_OF_A_PERSON)
    return `${MOST_OF_A_PERSON} schedules are the most I keep for one person. \`schedules\` shows yours: \`end\` and a code makes room.`;
  return ofOrg > MOST_OF_AN_ORG
    ? `${MOST_OF_AN_ORG} schedules are the most I keep here. An admin can end some: \`schedules\` shows them.`
    : undefined;
}

/** What cannot be told here or by this person, in words; undefined where all of it can. */
export async function refusedSection(
  deps: OrchestratorDeps,
  scene: Scene,
  sections: readonly BriefingSection[],
  place: SchedulePlan["place"],
): Promise<string | undefined> {
  if (sections.length > MOST_SECTIONS)
    return `A briefing has at most ${MOST_SECTIONS} parts, and that is ${sections.length}. Say fewer, or set up two.`;
  for (const section of sections) {
    if (section.kind === "house") continue;
    const what = findCapability(deps, scene.turn.org, section);
    const name = sectionTitle(section);
    if (what.capability.effect !== "read")
      return `${name} changes something, and a briefing only tells. Leave it out, or ask for it when you want it done.`;
    const verdict = await mayUseHere(deps, { ...scene, conversation: place }, what);
    if (!verdict.allowed) return `${name}: ${inert(verdict.say)} ${inert(verdict.hint)}`;
  }
  return undefined;
}

/** What others will see of what is the asker's own, and what they will not because the asker may not tell it. */
export async function privacyNotes(
  deps: OrchestratorDeps,
  scene: Scene,
  sections: readonly BriefingSection[],
  place: SchedulePlan["place"],
): Promise<string[]> {
  const role = await deps.roles.roleOf(scene.turn.org, scene.person);
  const has = (what: string): boolean => sections.some((one) => one.kind === "house" && one.what === what);
  const jobs = has("jobs") && !MATRIX[role].has("job.read") ? [JOBS_NOTE] : [];
  if (place.audience === "just_me") return jobs;
  const usage = has("usage") && !MATRIX[role].has("usage.read") ? [USAGE_NOTE] : [];
  const own = sections.filter(
    (section) =>
      section.kind === "capability" && findCapability(deps, scene.turn.org, section).manifest.dataClass === "private",
  );
  if (own.length === 0) return [...usage, ...jobs];
  const names = own.map((section) =>
    section.kind === "capability" ? findCapability(deps, scene.turn.org, section).manifest.title : "",
  );
  return [
    `It uses your own ${[...new Set(names)].map((name) => inert(name)).join(" and ")}: others see counts and times, you alone see titles and details.`,
    ...usage,
    ...jobs,
  ];
}

const USAGE_NOTE =
  "Only admins can have everybody's usage posted where others read, so each post would say that in its place: leave usage out, or have it sent to you alone.";
const JOBS_NOTE = "Failed jobs are shown to operators and above, so each post would say that in their place.";

import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Briefed } from "#core/orchestrator/clock/briefing/briefed.ts";
import { nothingSection, type Section } from "#core/orchestrator/clock/briefing/section.ts";
import { openApprovals } from "./open-approvals.ts";
import { failingModules } from "./failing-modules.ts";
import { usageSection } from "./usage-section.ts";
import { HOUSE_TITLES, type HouseWhat } from "./house-titles.ts";
import { endingCredentials } from "./ending-credentials.ts";
import { newProposals } from "./new-proposals.ts";
import { failedJobs } from "./failed-jobs.ts";

/** The words that bring all of a section to one person. */
export const HOUSE_COMMANDS: Readonly<Record<HouseWhat, string>> = {
  approvals: "approvals",
  modules: "modules",
  usage: "usage",
  credentials: "credentials",
  proposals: "proposals",
  jobs: "jobs",
};

/**
 * What NEXUS itself reports. A place that others read gets what every member may see, and otherwise numbers; people of
 * other companies get nothing of it.
 */
export function houseSection(
  deps: OrchestratorDeps,
  scene: Pick<Scene, "turn">,
  what: HouseWhat,
  briefed: Briefed,
): Promise<Section> {
  const title = HOUSE_TITLES[what];
  if (briefed.readers === "anybody") {
    const line = "not shown where people of other companies read along.";
    return Promise.resolve({ ...nothingSection(title, line), state: "hidden" });
  }
  switch (what) {
    case "approvals":
      return openApprovals(deps, scene, title, briefed);
    case "modules":
      return failingModules(deps, scene, title);
    case "usage":
      return usageSection(deps, scene, title, briefed);
    case "credentials":
      return endingCredentials(deps, scene, title, briefed);
    case "proposals":
      return newProposals(deps, scene, title);
    case "jobs":
      return failedJobs(deps, title, briefed);
    default:
      return what satisfies never;
  }
}

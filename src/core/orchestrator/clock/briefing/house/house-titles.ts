import type { BriefingSection } from "#core/contract/schedule.ts";

export type HouseWhat = Extract<BriefingSection, { kind: "house" }>["what"];

/** What each of NEXUS's own sections is called, in a plan and in a post alike. */
export const HOUSE_TITLES: Readonly<Record<HouseWhat, string>> = {
  approvals: "Approvals",
  modules: "Modules",
  usage: "Usage",
  credentials: "Credentials",
  proposals: "New modules",
  jobs: "Jobs",
};

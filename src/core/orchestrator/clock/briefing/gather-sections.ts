import { asNexusError } from "#core/contract/errors.ts";
import type { BriefingSection } from "#core/contract/schedule.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Briefed } from "./briefed.ts";
import { capabilitySection } from "./capability-section.ts";
import { houseSection } from "./house/house-section.ts";
import { HOUSE_TITLES } from "./house/house-titles.ts";
import { failedSection, type Section } from "./section.ts";
import { type Deadlines, sideBySide } from "./side-by-side.ts";

/** A briefing is worth waiting for, and not for long: what is late by then says so. */
export const DEADLINES: Deadlines = { sectionMs: 8_000, wholeMs: 12_000 };

/**
 * All sections of a briefing, side by side. One that fails, or takes too long, says so and leaves the others as they are.
 * @throws the signal's reason
 */
export function gatherSections(
  deps: OrchestratorDeps,
  scene: Pick<Scene, "turn">,
  wanted: readonly BriefingSection[],
  briefed: Briefed,
  deadlines: Deadlines,
  signal: AbortSignal,
): Promise<readonly Section[]> {
  const make = (section: BriefingSection, until: AbortSignal): Promise<Section> =>
    section.kind === "house"
      ? houseSection(deps, scene, section.what, briefed)
      : capabilitySection(deps, scene, section, briefed, until);
  const otherwise = {
    late: (section: BriefingSection) => failedSection(titleOf(section), "it did not answer in time."),
    failed: (section: BriefingSection, thrown: unknown) => failed(deps, scene, titleOf(section), thrown),
  };
  return sideBySide(wanted, make, otherwise, deadlines, signal);
}

/** What nobody foresaw costs its own section, and is in the log. */
function failed(
  { log }: Pick<OrchestratorDeps, "log">,
  { turn }: Pick<Scene, "turn">,
  title: string,
  thrown: unknown,
): Section {
  const error = asNexusError(thrown);
  // The turn is tried again once there is room.
  if (error.code === "disk_full") throw error;
  log.error({ err: thrown, turn: turn.turnId }, "a section of a briefing failed");
  return failedSection(title, inert(error.say));
}

/** What a section is called in its post. */
export function titleOf(section: BriefingSection): string {
  return section.kind === "house" ? HOUSE_TITLES[section.what] : inert(section.title);
}

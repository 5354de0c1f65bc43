import type { Reply } from "#core/contract/reply.ts";
import type { BriefingSection } from "#core/contract/schedule.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import type { ReadSection } from "./schedule-sections.ts";
import type { ScheduleWish } from "./wish-schedules.ts";

type BriefingWish = Extract<ScheduleWish, { wish: "schedule" }>;

/** Says what is not clear about what it is to tell; undefined where all is. */
export function askBack(scene: Scene, { what, said }: BriefingWish, read: readonly ReadSection[]): Reply | undefined {
  if (read.length === 0) {
    const how =
      "Say it with what it should tell, as in `every weekday at 8:30 post the weather, today's meetings and open approvals`.";
    return say(
      "What shall it tell?",
      [scene.composer.button("Fill In a Form", { verb: "scf" })],
      [{ type: "context", markdown: how }],
    );
  }
  const unknown = read.filter(({ is }) => is === "unknown").map((one) => ("words" in one ? one.words : ""));
  if (unknown.length > 0) {
    const names = unknown.map((one) => `“${inert(one)}”`).join(" and ");
    const without = knownOf(said, what, read);
    const actions =
      without === undefined ? [] : [scene.composer.button("Leave It Out", { verb: "say", text: without })];
    const how =
      "`help` names what I can tell; of my own I have open approvals, failing modules, usage, credentials near expiry, new proposals and failed jobs.";
    // Where nothing would be left, there is nothing to ask.
    const shall = without === undefined ? "" : ` Shall I leave ${unknown.length === 1 ? "it" : "them"} out?`;
    return say(`Nothing here tells ${names}.${shall}`, actions, [{ type: "context", markdown: how }]);
  }
  const unsure = read.find(({ is }) => is === "unsure");
  if (unsure?.is === "unsure") {
    const actions = unsure.choices.map((one) =>
      scene.composer.button(titleCase(clip(inert(one), 70)), { verb: "say", text: said.replace(unsure.words, one) }),
    );
    return say(`What do you mean by “${inert(unsure.words)}”?`, actions);
  }
  const missing = read.find(({ is }) => is === "missing");
  if (missing?.is === "missing") {
    const how = `Say it all again with that, in place of “${inert(missing.words)}”.`;
    return say(`For “${inert(missing.words)}”: ${inert(missing.question)}`, [], [{ type: "context", markdown: how }]);
  }
  return undefined;
}

/** The sentence with only what is known in it; undefined where nothing is. */
function knownOf(said: string, what: string, read: readonly ReadSection[]): string | undefined {
  const known = read.flatMap((one) =>
    one.is === "section" ? [sectionWords(one.section)] : one.is === "unknown" ? [] : [one.words],
  );
  return known.length === 0 ? undefined : said.replace(what, known.join(", "));
}

function sectionWords(section: BriefingSection): string {
  return section.kind === "capability" ? section.title : HOUSE_WORDS[section.what];
}

const HOUSE_WORDS = {
  approvals: "open approvals",
  modules: "failing modules",
  usage: "usage",
  credentials: "credentials near expiry",
  proposals: "new proposals",
  jobs: "failed jobs",
} as const;

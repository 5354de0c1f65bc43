import type { Build } from "#core/evolution/builds/build.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import { type Composer, say } from "#core/orchestrator/compose.ts";
import { checklist, spending, standing, subjectOf } from "./build-words.ts";

/** The checklist of a build, as it stands. Redrawn in place while it is worked on. */
export function buildCard(composer: Composer, build: Build): Reply {
  const head = (isAsIs(build) ? HEADS_AS_IS : HEADS)[build.state];
  const summary = `${head} ${subjectOf(build)} (build ${build.code})`;
  const spent = spending(build);
  const isOver = build.state !== "queued" && build.state !== "working";
  const end = [...(isTold(build) ? [] : [standing(build)]), spent].join(" ").trim();
  const reply = say(summary, buildButtons(composer, build), [
    { type: "text", markdown: checklist(build) },
    ...(isOver && end !== "" ? ([{ type: "context", markdown: end }] as const) : []),
  ]);
  return { ...reply, summary: isOver ? `${summary}: ${standing(build)}` : summary };
}

/** Whether the checklist says already how it ended. */
function isTold({ steps, failure }: Build): boolean {
  return failure !== undefined && steps.some(({ state, note }) => state === "failed" && note === failure.say);
}

/** Somebody's finished work is only tried. */
export function isAsIs({ source }: Build): boolean {
  return source.kind === "index" || source.kind === "pack";
}

const HEADS: Readonly<Record<Build["state"], string>> = {
  queued: "Building a module:",
  working: "Building a module:",
  ready: "Built a module:",
  asked: "Built a module:",
  installed: "Built and installed:",
  rejected: "Built, and rejected:",
  given_up: "I couldn't build a module:",
  failed: "I couldn't build a module:",
  stopped: "Stopped building:",
};

const HEADS_AS_IS: Readonly<Record<Build["state"], string>> = {
  queued: "Checking a module:",
  working: "Checking a module:",
  ready: "Checked a module:",
  asked: "Checked a module:",
  installed: "Checked and installed:",
  rejected: "Checked, and rejected:",
  given_up: "I can't take a module:",
  failed: "I can't take a module:",
  stopped: "Stopped checking:",
};

/** What can be done about a build where it stands now; typed, it is `stop build CODE`, `build CODE again`, `promote CODE`. */
function buildButtons(composer: Composer, build: Build): Action[] {
  const { id, state } = build;
  const stop = (): Action => composer.button("Stop", { verb: "bld", build: id, do: "stop" }, "danger");
  const again = (): Action => composer.button("Build Again", { verb: "bld", build: id, do: "again" });
  const change = (): Action[] =>
    isAsIs(build) ? [] : [composer.button("Say What to Change", { verb: "bfb", build: id })];
  switch (state) {
    case "queued":
    case "working":
      return [stop()];
    case "ready":
      return [composer.button("Ask for Approval", { verb: "bld", build: id, do: "ask" }, "primary"), ...change()];
    case "rejected":
    case "given_up":
    case "failed":
    case "stopped":
      return [again(), ...change()];
    case "asked":
    case "installed":
      return [];
    default:
      return state satisfies never;
  }
}

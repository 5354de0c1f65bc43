import type { Build } from "#core/evolution/builds/build.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import { type Composer, say } from "#core/orchestrator/compose.ts";
import { checklist, spending, standing, subjectOf } from "./build-words.ts";

/** The checklist of a build, as it stands. Redrawn in place while it is worked on. */
export function buildCard(composer: Composer, build: Build): Reply {
  const head = HEADS[build.state];
  const summary = `${head} ${subjectOf(build)} (build ${build.code})`;
  const spent = spending(build);
  const isOver = build.state !== "queued" && build.state !== "working";
  const reply = say(summary, buildButtons(composer, build), [
    { type: "text", markdown: checklist(build) },
    ...(isOver
      ? ([{ type: "context", markdown: `${standing(build)}${spent === "" ? "" : ` ${spent}`}` }] as const)
      : []),
  ]);
  return { ...reply, summary: isOver ? `${summary}: ${standing(build)}` : summary };
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

/** What can be done about a build where it stands now; typed, it is `stop build CODE`, `build CODE again`, `promote CODE`. */
function buildButtons(composer: Composer, { id, state, source }: Build): Action[] {
  const stop = (): Action => composer.button("Stop", { verb: "bld", build: id, do: "stop" }, "danger");
  const again = (): Action => composer.button("Build Again", { verb: "bld", build: id, do: "again" });
  const isAsIs = source.kind === "index" || source.kind === "pack";
  const change = (): Action[] => (isAsIs ? [] : [composer.button("Say What to Change", { verb: "bfb", build: id })]);
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

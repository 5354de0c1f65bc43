import type { BuildSource } from "#core/contract/build-source.ts";
import type { BuildStep } from "./build.ts";

type StepName = BuildStep["name"];

/** The checklist of a build as it begins. A repair is on it from the start, and shown once there is one. */
export function stepsFor({ kind }: Pick<BuildSource, "kind">): BuildStep[] {
  return NAMES[kind].map((name) => ({ name, state: "waiting" }));
}

const WHOLE = ["read", "specify", "write", "check", "repair", "ask"] as const;
const READY_MADE = ["read", "check", "ask"] as const;
const NAMES: Readonly<Record<BuildSource["kind"], readonly StepName[]>> = {
  url: WHOLE,
  document: WHOLE,
  exchange: WHOLE,
  words: ["specify", "write", "check", "repair", "ask"],
  index: READY_MADE,
  pack: READY_MADE,
};

/** The checklist with one step as it is now. A note that is left out stays what it was. */
export function withStep(
  steps: readonly BuildStep[],
  name: StepName,
  state: BuildStep["state"],
  note?: string,
): BuildStep[] {
  return steps.map((step) =>
    step.name === name ? { ...step, state, ...(note !== undefined && { note: oneLine(note) }) } : step,
  );
}

/** The checklist of a build that ends here: what was being done has failed. */
export function withEnd(steps: readonly BuildStep[], note: string): BuildStep[] {
  const doing = steps.find(({ state }) => state === "doing") ?? steps.find(({ state }) => state === "waiting");
  return doing === undefined ? [...steps] : withStep(steps, doing.name, "failed", note);
}

/** The checklist as it is when everything from the checking on is to be done anew. */
export function fromCheckOn(steps: readonly BuildStep[]): BuildStep[] {
  return steps.map(({ name, state, note }) => {
    if (name === "check" || name === "repair" || name === "ask") return { name, state: "waiting" };
    // There is a draft, so all before it was done; what stood where it failed says why.
    if (state !== "done") return { name, state: "done" };
    return { name, state, ...(note !== undefined && { note }) };
  });
}

const MOST_CHARS = 300;

function oneLine(note: string): string {
  const line = note.replace(/\s+/g, " ").trim();
  return line.length <= MOST_CHARS ? line : `${line.slice(0, MOST_CHARS - 1)}…`;
}

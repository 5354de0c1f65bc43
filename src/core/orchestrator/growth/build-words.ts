import type { Build, BuildStep } from "#core/evolution/builds/build.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** What a step is called on a checklist. */
const NAMES: Readonly<Record<BuildStep["name"], string>> = {
  read: "Read",
  specify: "Specify",
  write: "Write",
  check: "Check in the sandbox",
  repair: "Repair",
  ask: "Ask for approval",
};

const MARKS: Readonly<Record<BuildStep["state"], string>> = { waiting: "○", doing: "…", done: "✓", failed: "✗" };

/** The checklist, one line a step. A repair is on it once there is one. */
export function checklist({ steps }: Pick<Build, "steps">): string {
  return steps
    .filter(({ name, state }) => name !== "repair" || state !== "waiting")
    .map(({ name, state, note }) => {
      const words = `${MARKS[state]} **${NAMES[name]}**`;
      return `- ${note === undefined ? words : `${words}: ${inert(note)}`}`;
    })
    .join("\n");
}

/** What a build is of, in a few words. */
export function subjectOf({ need, source, result }: Build): string {
  const from = sourceWords(source);
  if (need !== "") return `“${inert(need)}”${from === "" ? "" : ` from ${from}`}`;
  if (from !== "") return from;
  return result === undefined ? "a module" : inert(result.module);
}

function sourceWords(source: Build["source"]): string {
  switch (source.kind) {
    case "url":
      return inert(URL.canParse(source.url) ? new URL(source.url).host : source.url);
    case "document":
      return inert(source.name);
    case "exchange":
      return "one request";
    case "index":
      return inert(`${source.module} ${source.version} of the index ${source.index}`);
    case "pack":
      return inert(source.name);
    case "words":
      return "";
    default:
      return source satisfies never;
  }
}

/** How it stands, in one sentence. */
export function standing(build: Build): string {
  const { code, state, failure, result } = build;
  const module = result === undefined ? "It" : `${inert(result.module)} ${result.version}`;
  switch (state) {
    case "queued":
      return `Build ${code} waits for its turn.`;
    case "working":
      return `Build ${code} is being worked on.`;
    case "ready":
      return `${module} has passed. Say \`promote ${code}\` to ask for its installation.`;
    case "asked":
      return `${module} has passed, and waits for approval.`;
    case "installed":
      return `${module} is installed.`;
    case "rejected":
      return `${module} was rejected. Say \`build ${code}: …\` with what should be different.`;
    case "given_up":
    case "failed":
      return inert(failure?.say ?? "It came to nothing.");
    case "stopped":
      return `Build ${code} was stopped.`;
    default:
      return state satisfies never;
  }
}

/** What was spent on models: `Spent 4.1 of 5 units.` Nothing is said where nothing could be. */
export function spending({ spentUnits, allowedUnits, state }: Build): string {
  if (spentUnits === 0 && state !== "given_up") return "";
  return `Spent ${unitsText(spentUnits)} of ${unitsText(allowedUnits)} units.`;
}

function unitsText(units: number): string {
  return String(Math.round(units * 10) / 10);
}

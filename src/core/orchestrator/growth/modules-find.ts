import { channelOf } from "#core/contract/message.ts";
import { MATRIX, whoMay } from "#core/contract/permission.ts";
import type { Part } from "#core/contract/reply.ts";
import type { IndexedVersion } from "#core/evolution/module-index/module-index.ts";
import { buttons, clip } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";

/** What can be typed about modules that are not installed yet; without words it is everything there is. */
export interface FindCommand {
  readonly name: "find_modules";
  readonly words: string;
}

const FIND =
  /^(?:(?:find|search)(?: for)?(?: a| the)? modules?|modules? (?:find|search)|(?:which|what) modules? (?:can|could) (?:i|we|you) install)(?:\s+(?:for |that (?:can |could |would )?|which |about |to )?(.+))?$/i;

/** @param words a text without its closing marks, its letters as they were typed */
export function readFindCommand(words: string): FindCommand | undefined {
  const match = FIND.exec(words);
  return match === null ? undefined : { name: "find_modules", words: match[1] ?? "" };
}

/** What the indexes offer for some words, the best first, each with how it is installed. */
export async function findModules(deps: OrchestratorDeps, scene: Scene, { words }: FindCommand): Promise<Outcome> {
  await requirePermission(deps, scene, "module.read");
  const { org, signal } = scene.turn;
  const found = await deps.indexes.search(words, words === "" ? MOST_OF_ALL : MOST_FOUND, signal);
  const here = new Map(deps.registry.modules(org).map(({ manifest }) => [manifest.name, manifest.version]));
  const mayBuild =
    MATRIX[await deps.roles.roleOf(org, scene.person)].has("module.build") &&
    (await deps.rights.channelPolicyOf(org, channelOf(scene.conversation))).installs;
  if (found.length === 0) {
    const else_ = mayBuild ? " Say `build a module for` and the address of an API document to have one built." : "";
    return {
      replies: [told("No module fits these words.", [], `Other words may.${else_} \`modules find\` shows all.`)],
    };
  }
  const summary = words === "" ? `${found.length} modules can be installed.` : "This is what fits, the best first.";
  const lines = found.map((one) => lineOf(one, here.get(one.module)));
  const how = mayBuild
    ? "`install NAME` has one checked, and asks for approval."
    : `One of the ${whoMay("operator")} can say \`install NAME\`.`;
  const offered =
    mayBuild && words !== "" ? found.filter(({ module }) => !here.has(module)).slice(0, MOST_BUTTONS) : [];
  const actions = offered.map(({ module, title }, at) =>
    scene.composer.button(
      titleCase(`Install ${inert(title)}`),
      { verb: "say", text: `install ${module}` },
      ...(at === 0 ? (["primary"] as const) : []),
    ),
  );
  return { replies: [told(summary, [{ type: "text", markdown: lines.join("\n") }], how, buttons(actions))] };
}

const MOST_FOUND = 5;
const MOST_OF_ALL = 30;
const MOST_BUTTONS = 2;
const DESCRIBED = 140;

function lineOf({ module, title, version, description, effects, hosts }: IndexedVersion, here?: string): string {
  const state = here === undefined ? "" : here === version ? ", installed" : `, installed as ${here}`;
  const does = effects.every((effect) => effect === "read") ? "reads only" : effects.join(", ");
  const reach = hosts.length === 0 ? "no network" : hosts.length > 2 ? `${hosts.length} hosts` : hosts.join(", ");
  const what = clip(inert(description.replace(/\s+/g, " ")), DESCRIBED);
  return `- \`${module}\` ${version}${state}: **${inert(title)}**. ${what} (${does}; ${inert(reach)})`;
}

function told(summary: string, more: readonly Part[], how: string, last: readonly Part[] = []) {
  const context: Part = { type: "context", markdown: how };
  return {
    summary,
    parts: [{ type: "text", markdown: summary } as const, ...more, context, ...last],
    visibility: "everyone" as const,
  };
}

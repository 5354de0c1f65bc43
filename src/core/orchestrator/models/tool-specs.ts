import { createHash } from "node:crypto";
import type { JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import { type Attachment, channelOf } from "#core/contract/message.ts";
import type { ToolCall, ToolSpec } from "#core/contract/model.ts";
import type { RoutingConfig } from "#core/contract/programs/routing.ts";
import type { Decision } from "#core/lidm/reflex.ts";
import { fitsSlot, hasExtension } from "#core/lidm/slots/fits-slot.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { briefly, inputSchema } from "./slot-schema.ts";
import { isSomebodyElses } from "#core/orchestrator/people/somebody-elses.ts";
import { readToolInput, type ToolInput } from "./tool-input.ts";

/** A capability as a model may call it. */
export interface Tool {
  readonly spec: ToolSpec;
  /** The same in brief, for where there is little room. */
  readonly brief: ToolSpec;
  readonly manifest: Manifest;
  readonly capability: Capability;
  /** Values it is given when the model leaves them out: what the person said before. */
  readonly filled: JsonObject;
}

/** What the tools of a turn depend on, besides who asks and where. */
export interface ToolFacts {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly scores: Decision["scores"];
  readonly routing: Pick<RoutingConfig, "excludedModules">;
}

/**
 * Everything the asker may have run here, the likeliest first: within their rights, of modules that are on and that
 * free text may lead to.
 */
export async function toolsHere(
  deps: Pick<OrchestratorDeps, "registry" | "rights" | "store">,
  scene: Scene,
  facts: ToolFacts,
): Promise<readonly Tool[]> {
  const { turn, person, conversation } = scene;
  const off = await deps.store.forOrg(turn.org).moduleStates.off();
  const manifests = deps.registry
    .modules(turn.org)
    .map(({ manifest }) => manifest)
    .filter(({ name }) => !off.has(name) && !facts.routing.excludedModules.includes(name))
    .filter((manifest) => !isSomebodyElses(manifest, facts.text));
  const usable = await deps.rights.usable({ org: turn.org, person, channel: channelOf(conversation) }, manifests);
  const tools = usable.flatMap((manifest) =>
    manifest.capabilities
      .filter((capability) => hasItsFiles(capability, facts.attachments))
      .map((capability) => toTool(manifest, capability, scene, facts)),
  );
  const scoreOf = ({ manifest, capability }: Tool): number =>
    facts.scores.find((one) => one.module === manifest.name && one.capability === capability.name)?.score ?? 0;
  const placeOf = ({ manifest, capability }: Tool): number => manifest.capabilities.indexOf(capability);
  // Of those that nothing speaks for, the first of each module come first: so every module is heard of.
  return tools.toSorted((one, other) => scoreOf(other) - scoreOf(one) || placeOf(one) - placeOf(other));
}

/** The tools that a model is told of. */
export interface OfferedTools {
  readonly specs: readonly ToolSpec[];
  /** How many did not fit. */
  readonly leftOut: number;
}

/**
 * The likeliest tools with everything there is to say of them, and of the others as many as fit into so many tokens, in
 * brief: a model that cannot see a tool cannot mean it.
 */
export async function fittingTools(
  tools: readonly Tool[],
  tokens: number,
  count: (text: string) => Promise<number>,
): Promise<OfferedTools> {
  const may = tools.slice(0, MOST_TOOLS);
  const all = JSON.stringify(may.map(({ spec }) => spec));
  // Counted once for all: each then has its share by its length.
  const perLetter = may.length === 0 ? 0 : (await count(all)) / all.length;
  const costOf = (spec: ToolSpec): number => JSON.stringify(spec).length * perLetter;
  let left = tokens;
  const take = (spec: ToolSpec): boolean => {
    if (costOf(spec) > left) return false;
    left -= costOf(spec);
    return true;
  };
  const offered = may.flatMap(({ spec, brief }, at) => {
    const first = at < IN_FULL ? spec : brief;
    return take(first) ? [{ spec, brief, isFull: first === spec }] : [];
  });
  const specs = offered.map(({ spec, brief, isFull }) => {
    if (isFull || costOf(spec) - costOf(brief) > left) return isFull ? spec : brief;
    left -= costOf(spec) - costOf(brief);
    return spec;
  });
  return { specs, leftOut: tools.length - specs.length };
}

/** As many as are likely meant. */
const IN_FULL = 3;
/** A longer list makes any model choose worse, and none needs it: the likeliest come first. */
const MOST_TOOLS = 60;

/** What is wrong with a call, by the tools that were offered; nothing when it can be run as it is. */
export function problemsWith(tools: readonly Tool[], call: ToolCall): readonly string[] {
  const tool = tools.find(({ spec }) => spec.name === call.tool);
  if (tool === undefined) return [`no tool is called ${call.tool.slice(0, LONGEST_NAME)}`];
  const read = inputOf(tool, call);
  return read.fits ? [] : read.problems;
}

/** The input of a call, held against its tool. */
export function inputOf({ capability, filled }: Tool, call: Pick<ToolCall, "input">): ToolInput {
  return readToolInput(capability, call.input, filled);
}

function toTool(manifest: Manifest, capability: Capability, scene: Scene, { attachments }: ToolFacts): Tool {
  const filled = filledFor(capability, scene);
  const files = attachments.map(({ name }) => name);
  const example = capability.examples[0] ?? "";
  const asks =
    capability.effect === "read" ? "" : " It changes something outside, so people are asked before it is done.";
  const name = toolName(manifest, capability);
  const input = inputSchema(capability, { filled: new Set(Object.keys(filled)), files });
  const title = `${manifest.title}, ${capability.title}`;
  return {
    spec: { name, description: `${title}: ${capability.description} For example: “${example}”.${asks}`, input },
    brief: { name, description: `${title}.${asks}`, input: briefly(input) },
    manifest,
    capability,
    filled,
  };
}

/** As the reflex tier has it: what is kept may be a module's word, so it fills what is read, and nothing else. */
function filledFor({ effect, slots }: Capability, { remembered }: Scene): JsonObject {
  if (effect !== "read") return {};
  return Object.fromEntries(
    Object.entries(slots).flatMap(([name, slot]) => {
      const value = slot.remember === true ? remembered[name] : undefined;
      return value !== undefined && fitsSlot(slot, value) ? [[name, value]] : [];
    }),
  );
}

/** What cannot begin without a file is nothing to offer when there is none. */
function hasItsFiles({ slots, required }: Capability, attachments: readonly Attachment[]): boolean {
  return required.every((name) => {
    const slot = slots[name];
    return slot?.type !== "file" || attachments.some((file) => hasExtension(file.name, slot.extensions));
  });
}

/** `weather__current`; of two very long names the end is a hash, so that each stays its own. */
function toolName({ name }: Manifest, capability: Capability): string {
  const whole = `${name}__${capability.name}`;
  if (whole.length <= LONGEST_NAME) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  return `${whole.slice(0, LONGEST_NAME - 9)}_${hash}`;
}

/** What every provider takes. */
const LONGEST_NAME = 64;

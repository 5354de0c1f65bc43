import { randomBytes } from "node:crypto";
import { HookPath, type HookPlan, type HookTask } from "#core/contract/hook.ts";
import { NexusError } from "#core/contract/errors.ts";
import { CapabilityName, HookId, ModuleName, newId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import { channelOf } from "#core/contract/message.ts";
import { newCode } from "#core/contract/short-code.ts";
import { fieldsOf } from "#core/hooks/template.ts";
import type { Reply } from "#core/contract/reply.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { doesText, provesText, wayNotes } from "#core/orchestrator/clock/hook-words.ts";
import { channelName } from "#core/orchestrator/place-name.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "./plan-change.ts";
import { alone, offerPlan } from "./plan-offer.ts";
import { schedulePlace } from "./schedule-place.ts";
import type { HookWish } from "./wish-hooks.ts";

/** How many hooks one org may have. */
const MOST_HOOKS = 50;

/** A hook as it was asked for, not set yet; or what has to be said first. */
export type DraftedHook =
  | { readonly title: string; readonly change: Extract<Change, { set: "hook" }>; readonly plan: HookPlan }
  | { readonly instead: Reply };

/** Plans that a program outside may post or ask something. Nothing is open before the press. */
export async function planHook(deps: OrchestratorDeps, scene: Scene, wish: HookWish): Promise<Outcome> {
  const draft = await draftHook(deps, scene, wish);
  if ("instead" in draft) return { replies: [alone(draft.instead)] };
  const { plan } = draft;
  return offerPlan(deps, scene, {
    title: draft.title,
    changes: [draft.change],
    items: [
      { label: "Where", value: whereText(scene, plan.place) },
      { label: "What is done", value: doesText(plan.task) },
      { label: "How it proves itself", value: provesText(plan.scheme) },
      { label: "By whose rights", value: "yours, as they are when something comes" },
    ],
    notes: [...wayNotes(plan), ...effectNotes(deps, scene, plan.task)],
  });
}

/** Makes a hook of words. @throws NexusError not_allowed | request_invalid */
export async function draftHook(deps: OrchestratorDeps, scene: Scene, wish: HookWish): Promise<DraftedHook> {
  await requirePermission(deps, scene, "hook.manage");
  const { hooks } = deps.store.forOrg(scene.turn.org);
  if ((await hooks.all()).length >= MOST_HOOKS) {
    return {
      instead: say(`There are ${MOST_HOOKS} hooks here, which is the most. \`end hook\` with a code makes room.`),
    };
  }
  const task = taskOf(deps, scene, wish);
  if ("instead" in task) return task;
  const where = await schedulePlace(deps, scene, wish.place);
  if ("refused" in where) return { instead: say(where.refused) };
  const { place } = where;
  const plan: HookPlan = { title: clip(inert(wish.title), 80), scheme: wish.scheme, task, actor: scene.actor, place };
  const does = task.do === "run" ? `ask ${task.module} for ${task.capability}` : "post";
  return {
    title: `let ${isNamed(wish) ? inert(wish.title) : "a program outside"} ${does} ${whereText(scene, place)}`,
    change: {
      set: "hook",
      id: newId(HookId),
      code: await freshCode(deps, scene),
      owner: scene.person,
      before: null,
      after: plan,
    },
    plan,
  };
}

function taskOf(deps: OrchestratorDeps, scene: Scene, wish: HookWish): HookTask | { readonly instead: Reply } {
  if (wish.run !== undefined) return runOf(deps, scene, wish.run);
  if (wish.words === undefined) return { do: "tell", format: wish.format };
  fieldsOf(wish.words);
  return { do: "template", text: wish.words };
}

function runOf(
  deps: OrchestratorDeps,
  scene: Scene,
  { module, capability, values }: NonNullable<HookWish["run"]>,
): HookTask | { readonly instead: Reply } {
  const named = { module: ModuleName.safeParse(module), capability: CapabilityName.safeParse(capability) };
  if (!named.module.success || !named.capability.success) return unknownRun(module, capability);
  const use = { module: named.module.data, capability: named.capability.data };
  const found = isThere(deps, scene, use) ? findCapability(deps, scene.turn.org, { ...use, input: {} }) : undefined;
  if (found === undefined) return unknownRun(module, capability);
  const slots: Record<string, HookPath> = {};
  const input: JsonObject = {};
  for (const value of values) {
    if (!(value.slot in found.capability.slots)) {
      const there = Object.keys(found.capability.slots).join(", ") || "none";
      return { instead: say(`\`${capability}\` takes no ${inert(value.slot)}. It takes: ${there}.`) };
    }
    if ("path" in value) slots[value.slot] = pathOf(value.path);
    else input[value.slot] = /^-?\d+(?:\.\d+)?$/.test(value.is) ? Number(value.is) : value.is;
  }
  const missing = found.capability.required.find((slot) => slots[slot] === undefined && input[slot] === undefined);
  if (missing !== undefined) {
    const how = `Add \`with ${missing}={{field}}\`, the field of what is sent, or \`with ${missing}=value\`.`;
    return { instead: say(`\`${capability}\` needs ${missing}. ${how}`) };
  }
  return { do: "run", ...use, input, slots };
}

function isThere(deps: OrchestratorDeps, scene: Scene, use: { module: string; capability: string }): boolean {
  const module = deps.registry.modules(scene.turn.org).find(({ manifest }) => manifest.name === use.module);
  return module?.manifest.capabilities.some(({ name }) => name === use.capability) ?? false;
}

function unknownRun(module: string, capability: string): { readonly instead: Reply } {
  return {
    instead: say(`I know no \`${inert(module)}\` that can \`${inert(capability)}\`. \`modules\` lists what there is.`),
  };
}

function pathOf(path: string): HookPath {
  const read = HookPath.safeParse(path);
  if (read.success) return read.data;
  throw new NexusError("request_invalid", "a field that is none", {
    say: `{{${inert(path.slice(0, 60))}}} is no field.`,
    hint: "Write {{repository.full_name}}, with dots between.",
  });
}

function effectNotes(deps: OrchestratorDeps, scene: Scene, task: HookTask): string[] {
  if (task.do !== "run") return [];
  const { effect } = findCapability(deps, scene.turn.org, task).capability;
  return effect === "read"
    ? []
    : ["That changes something, so people are asked each time. What is sent never does it by itself."];
}

function isNamed({ title }: HookWish): boolean {
  return title !== "Webhook";
}

function whereText({ conversation }: Scene, place: HookPlan["place"]): string {
  if (place.audience === "just_me") return "to you alone";
  const name = place.name === undefined ? undefined : inert(`#${place.name.replace(/^#/, "")}`);
  return `in ${name ?? channelName(channelOf(place), conversation)}`;
}

async function freshCode(deps: Pick<OrchestratorDeps, "store">, scene: Scene): Promise<string> {
  const { hooks } = deps.store.forOrg(scene.turn.org);
  for (;;) {
    const code = newCode((size) => randomBytes(size));
    if ((await hooks.byCode(code)) === undefined) return code;
  }
}

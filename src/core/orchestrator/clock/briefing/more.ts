import { asNexusError } from "#core/contract/errors.ts";
import type { BriefingSection } from "#core/contract/schedule.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import { buttons, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { runCapability } from "#core/orchestrator/runs/run-capability.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { titleOf } from "./gather-sections.ts";
import { HOUSE_COMMANDS, houseSection } from "./house/house-section.ts";
import { timelyInput } from "./timely-input.ts";

/**
 * All of a briefing, as it stands now, to whoever pressed and to nobody else: with their own rights and their own accounts,
 * not with those of whoever set it up.
 */
export async function moreOf(deps: OrchestratorDeps, scene: Scene, { plan }: StoredSchedule): Promise<Outcome> {
  if (plan.task.do !== "briefing") return { replies: [alone(say("There is no more to it than that."))] };
  const parts: Part[] = [{ type: "heading", text: inert(plan.title) }];
  const actions: Action[] = [];
  for (const section of plan.task.sections) {
    const whole = await wholeSection(deps, scene, section, plan.rule.timeZone);
    parts.push({ type: "text", markdown: `**${titleOf(section)}**` }, ...whole.parts);
    actions.push(...whole.actions);
  }
  const own = {
    type: "context",
    markdown: "Read just now, with your own rights and accounts. Only you see this.",
  } as const;
  const reply: Reply = {
    summary: `All of “${inert(plan.title)}”, as it stands now.`,
    parts: [...parts, own, ...buttons(actions.slice(0, MOST_ACTIONS))],
    visibility: "only_actor",
  };
  return { replies: [reply] };
}

/** A message has room for so many. */
const MOST_ACTIONS = 10;

interface Whole {
  readonly parts: readonly Part[];
  readonly actions: readonly Action[];
}

async function wholeSection(
  deps: OrchestratorDeps,
  scene: Scene,
  section: BriefingSection,
  timeZone: string,
): Promise<Whole> {
  if (section.kind === "house") {
    const { role, hasLeft } = await deps.roles.standing(scene.turn.org, scene.person);
    const owner = { person: scene.person, role, hasLeft, asker: scene.asker };
    const ownerName = inert(scene.actor.displayName);
    const briefed = { owner, ownerName, place: scene.conversation, readers: "alone", now: scene.now } as const;
    const { lines } = await houseSection(deps, scene, section.what, briefed);
    const text = HOUSE_COMMANDS[section.what];
    const button = scene.composer.button(titleOf(section), { verb: "say", text });
    return { parts: [{ type: "text", markdown: lines.join("\n") }], actions: [button] };
  }
  try {
    const { capability } = findCapability(deps, scene.turn.org, section);
    if (capability.effect !== "read") return words("It would change something, and a briefing only reads.");
    const input = timelyInput(capability, section.input, { now: scene.now, locale: scene.asker.locale, timeZone });
    const asked = { ...scene, asker: { ...scene.asker, timeZone } };
    const { replies, record } = await runCapability(deps, asked, { ...section, input }, undefined, []);
    const all = replies.flatMap(({ parts }) => parts);
    const isFailed = record?.run?.outcome !== "ok";
    const actions = all.flatMap((part) => (part.type === "actions" && isFailed ? part.items : []));
    return { parts: all.filter(({ type }) => type !== "actions" && type !== "feedback"), actions };
  } catch (thrown) {
    scene.turn.signal.throwIfAborted();
    const { code, say: because } = asNexusError(thrown);
    if (code === "disk_full") throw thrown;
    deps.log.warn({ err: thrown, turn: scene.turn.turnId }, "a section could not be shown whole");
    return words(inert(because));
  }
}

function words(markdown: string): Whole {
  return { parts: [{ type: "text", markdown }], actions: [] };
}

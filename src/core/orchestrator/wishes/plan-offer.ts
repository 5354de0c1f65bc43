import { type Permission, whoMay, PERMISSIONS } from "#core/contract/permission.ts";
import { newId, PlanId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import { BUTTON_LIFE_MS, say } from "#core/orchestrator/compose.ts";
import { type Change, isPersonal, isSame, permissionFor } from "./plan-change.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What is to be changed, in plain words beside the changes themselves. */
export interface PlanDraft {
  /** As it follows “Shall I …?” and “Done:”, its first letter small: `limit each person to 20 units a day`. */
  readonly title: string;
  readonly changes: readonly Change[];
  /** What holds now and what would, for each thing. */
  readonly items: readonly { readonly label: string; readonly value: string }[];
  readonly notes?: readonly string[];
  /** Another way to mean the same words, as a button each. */
  readonly others?: readonly Action[];
  /** What the buttons are called, where “do it” says too little; and those that stand before and behind them. */
  readonly labels?: { readonly do: string; readonly leave: string };
  readonly buttons?: (plan: PlanId) => { readonly before: readonly Action[]; readonly after: readonly Action[] };
}

/**
 * Asks whether to change something, and changes nothing. Only the asker sees it; whether they may is asked now, and
 * again when they press.
 * @throws NexusError not_allowed
 */
export async function offerPlan(deps: OrchestratorDeps, scene: Scene, draft: PlanDraft): Promise<Outcome> {
  const { title, changes } = draft;
  await requireAll(deps, scene, changes);
  if (changes.every(({ before, after }) => isSame(before, after))) {
    return { replies: [alone(say("That is so already, so there is nothing to change.", [], fieldsOf(draft)))] };
  }
  const id = newId(PlanId);
  const expiresAt = new Date(scene.now.getTime() + BUTTON_LIFE_MS);
  const { composer } = scene;
  const summary = `Shall I ${title}?`;
  const { before = [], after = [] } = draft.buttons?.(id) ?? {};
  const actions = [
    ...before,
    composer.button(draft.labels?.do ?? "Do It", { verb: "pln", plan: id, do: "do" }, "primary"),
    ...after,
    composer.button(draft.labels?.leave ?? "Not Now", { verb: "pln", plan: id, do: "leave" }),
    ...(draft.others ?? []),
  ];
  const how = "Nothing has changed yet. You can also say `do it` or `not now`.";
  const parts: Part[] = [
    ...fieldsOf(draft),
    ...(draft.notes ?? []).map((markdown): Part => ({ type: "text", markdown })),
    { type: "context", markdown: `${undoWords(changes)} ${how}` },
  ];
  const plan = {
    id,
    person: scene.person,
    conversation: placeOf(scene),
    changes: JSON.parse(JSON.stringify(changes)),
    title,
    state: "offered",
    expiresAt,
  } as const;
  return {
    replies: [alone(say(summary, actions, parts))],
    isQuestion: true,
    state: { ...(scene.state.last && { last: scene.state.last }), answered: scene.turn.turnId },
    record: { at: scene.now.getTime(), route: READ_WHOLE },
    commit: (inside) => inside.forOrg(scene.turn.org).plans.add(plan),
  };
}

/** Holds a person to the right for every change. @throws NexusError not_allowed */
export async function requireAll(
  deps: Pick<OrchestratorDeps, "roles" | "audit">,
  scene: Scene,
  changes: readonly Change[],
): Promise<void> {
  const needed = changes.map((change) => neededBy(scene, change));
  for (const permission of new Set(needed)) await requirePermission(deps, scene, permission);
}

/** A schedule of somebody else needs another right than one's own. */
function neededBy({ person }: Scene, change: Change): Permission {
  return change.set === "schedule" && change.owner !== person ? "schedule.manage" : permissionFor(change);
}

/** Where `do it` finds what was offered: as wide as a conversation is remembered. */
export function placeOf({ conversation }: Scene) {
  return conversation.memoryKey ?? conversation.key;
}

/** Until when what is done now can be taken back. */
export function undoUntil(now: Date): Date {
  return new Date(now.getTime() + BUTTON_LIFE_MS);
}

/** What **Why** says of how a wish was understood. */
export const READ_WHOLE = { kind: "plan", why: "wish", threshold: 1, confidence: 1, scores: [], notes: [] };

function undoWords(changes: readonly Change[]): string {
  const shared = changes.find((change) => !isPersonal(change));
  const right = shared?.set === "schedule" ? "schedule.manage" : shared && permissionFor(shared);
  const who = right === undefined ? "You can" : `You, and ${whoMay(PERMISSIONS[right].least)}, can`;
  return `${who} undo it for four days.`;
}

function fieldsOf({ items }: PlanDraft): Part[] {
  return items.length === 0 ? [] : [{ type: "fields", items: [...items] }];
}

/** What an asker alone sees. */
export function alone(reply: Reply): Reply {
  return { ...reply, visibility: "only_actor" };
}

/** The moment until which something can be undone, in words. */
export function untilWords(until: Date): string {
  return `\`undo\` takes it back until ${moment(until, "date_time")}.`;
}

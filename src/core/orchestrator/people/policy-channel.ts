import { type ChannelPolicy, EVERYWHERE } from "#core/contract/channel-policy.ts";
import type { Effect } from "#core/contract/manifest.ts";
import { channelOf } from "#core/contract/message.ts";
import { MATRIX } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import type { Change as UndoableChange } from "#core/orchestrator/wishes/plan-change.ts";
import { withUndo } from "#core/orchestrator/wishes/plan-done.ts";
import { placeName } from "#core/orchestrator/place-name.ts";
import { requirePermission } from "./rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** One thing to change about what a channel allows, its modules as they were typed. */
export type ChannelChange =
  | { readonly set: "modules"; readonly modules: "all" | readonly string[] }
  | { readonly set: "effects"; readonly effects: Effect[] }
  | { readonly set: "installs" | "spending" | "staysInside"; readonly isOn: boolean }
  | { readonly set: "reset" };

/** Says what this channel allows, or every channel without a policy of its own. */
export async function showChannel(deps: OrchestratorDeps, scene: Scene, everywhere: boolean): Promise<Outcome> {
  await requirePermission(deps, scene, "policy.read");
  const { org } = scene.turn;
  const { channelPolicies } = deps.store.forOrg(org);
  const channel = everywhere ? EVERYWHERE : channelOf(scene.conversation);
  const policy = await channelPolicies.holding(channel);
  const all = await channelPolicies.all();
  const source = all.some((one) => one.channel === channel)
    ? "Set for exactly this."
    : all.some((one) => one.channel === EVERYWHERE) && !everywhere
      ? "As everywhere: there is no policy for this channel alone."
      : "Nobody has said anything about it, so your role decides.";
  const role = await deps.roles.roleOf(org, scene.person);
  const how = MATRIX[role].has("policy.manage") ? [{ type: "context", markdown: HOW } as const] : [];
  const summary = `What ${placeMeant(scene, everywhere)} allows`;
  return {
    replies: [
      {
        summary: `${summary}.`,
        parts: [
          { type: "text", markdown: `${summary}. ${source}` },
          { type: "fields", items: itemsOf(policy) },
          ...(everywhere ? ownPolicies(all.length - (all.some((one) => one.channel === EVERYWHERE) ? 1 : 0)) : []),
          ...how,
        ],
        visibility: "everyone",
      },
    ],
  };
}

const HOW =
  "`policy modules weather, gaming` · `policy effects read, write` · `policy installs off` · `policy spending off` · `policy stay inside on` · `policy reset`; `policy everywhere …` for all channels";

/** Changes one thing, and shows what was and what is. */
export async function changeChannel(
  deps: OrchestratorDeps,
  scene: Scene,
  everywhere: boolean,
  wanted: ChannelChange,
): Promise<Outcome> {
  await requirePermission(deps, scene, "policy.manage");
  const change = wanted.set === "modules" ? modulesOf(deps, scene, wanted.modules) : changeOf(wanted);
  if (typeof change === "string") {
    return { replies: [say(`I know no module called “${inert(change)}”. Say \`modules\`.`)] };
  }
  const by = { actor: personRef(scene.person), turn: scene.turn.turnId };
  const channel = everywhere ? EVERYWHERE : channelOf(scene.conversation);
  const { channelPolicies } = deps.store.forOrg(scene.turn.org);
  const ownBefore = (await channelPolicies.get(channel)) ?? null;
  const { before, after } = await deps.rightsChanges.policy(scene.turn.org, by, channel, change.policy);
  const ownAfter = (await channelPolicies.get(channel)) ?? null;
  const own = (await channelPolicies.all()).filter((one) => one.channel !== EVERYWHERE).length;
  const place = placeMeant(scene, everywhere);
  const reply = changed(place, before, after, everywhere ? own : 0);
  const undoable: UndoableChange = { set: "policy", channel, before: ownBefore, after: ownAfter };
  return withUndo(scene, reply, { title: `change what ${place} allows`, changes: [undoable] });
}

interface Change {
  /** Undefined: no policy of its own any more. */
  readonly policy: Partial<ChannelPolicy> | undefined;
}

function changeOf(wanted: Exclude<ChannelChange, { set: "modules" }>): Change {
  switch (wanted.set) {
    case "effects":
      return { policy: { effects: wanted.effects } };
    case "installs":
    case "spending":
    case "staysInside":
      return { policy: { [wanted.set]: wanted.isOn } };
    case "reset":
      return { policy: undefined };
    default:
      return wanted satisfies never;
  }
}

/** The modules by name; the first that nobody has installed, as it was typed, otherwise. */
function modulesOf(deps: OrchestratorDeps, scene: Scene, wanted: "all" | readonly string[]): Change | string {
  if (wanted === "all") return { policy: { modules: "all" } };
  const modules: Exclude<ChannelPolicy["modules"], "all"> = [];
  for (const name of wanted) {
    const module = findModule(deps, scene.turn.org, name);
    if (module === undefined) return name;
    modules.push(module.manifest.name);
  }
  return { policy: { modules } };
}

function changed(place: string, before: ChannelPolicy, after: ChannelPolicy, others: number): Reply {
  const was = itemsOf(before);
  const items = itemsOf(after).map(({ label, value }, at) => {
    const old = was[at]?.value ?? value;
    return { label, value: old === value ? value : `${value} (before: ${old})` };
  });
  const isSame = items.every(({ value }, at) => value === was[at]?.value);
  const summary = isSame ? `That is what ${place} allows already.` : `From now on this is what ${place} allows.`;
  return say(summary, [], [{ type: "fields", items }, ...ownPolicies(others)]);
}

/** How many channels a policy for everywhere does not reach. */
function ownPolicies(count: number): Part[] {
  if (count === 0) return [];
  const channels =
    count === 1
      ? "1 channel has a policy of its own and keeps it"
      : `${count} channels have policies of their own and keep them`;
  return [{ type: "context", markdown: `${channels}.` }];
}

/** A policy in words, one line for each thing it says. */
export function itemsOf(policy: ChannelPolicy): { label: string; value: string }[] {
  const { modules, effects, installs, spending, staysInside } = policy;
  const beyond = effects.filter((effect) => effect !== "read");
  return [
    { label: "Modules", value: modules === "all" ? "all" : modules.join(", ") || "none" },
    { label: "Effects", value: ["read", ...beyond].join(", ") },
    { label: "Installs and switches", value: installs ? "on" : "off" },
    { label: "Spending", value: spending ? "on" : "off" },
    { label: "Stays inside", value: staysInside ? "on: nothing is asked outside" : "off" },
  ];
}

function placeMeant({ conversation }: Scene, everywhere: boolean): string {
  return everywhere ? "every channel without a policy of its own" : placeName(conversation);
}

import { type ChannelPolicy, EVERYWHERE, OPEN_MODULE } from "#core/contract/channel-policy.ts";
import type { ModuleName } from "#core/contract/ids.ts";
import { whoMay } from "#core/contract/permission.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import { alone, offerPlan } from "./plan-offer.ts";
import { itemsOf } from "#core/orchestrator/people/policy-channel.ts";
import { wordsOf } from "#core/orchestrator/people/policy-grant.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Wish } from "./wish.ts";
import type { WishPlace } from "./wish-words.ts";
import { meantPlace } from "./wish-place.ts";

type Rule = Extract<Wish, { wish: "modules" | "all_modules" | "inside" | "grant" | "effects" }>;

/** Plans what a channel is to allow, or who is to use a module. */
export async function planRule(deps: OrchestratorDeps, scene: Scene, wish: Rule): Promise<Outcome> {
  switch (wish.wish) {
    case "modules":
      return planModules(deps, scene, wish);
    case "all_modules":
      return planPolicy(deps, scene, wish.place, (place) => ({
        title: `let every module answer in ${place}`,
        change: () => ({ modules: "all" }),
      }));
    case "inside":
      return planPolicy(deps, scene, wish.place, (place) => ({
        title: wish.isOn ? `keep everything said in ${place} inside` : `let me ask outside again from ${place}`,
        change: () => ({ staysInside: wish.isOn }),
        notes: wish.isOn
          ? ["No module that asks outside answers there then, and no model outside this building is asked."]
          : [],
      }));
    case "grant":
    case "effects":
      return planGrant(deps, scene, wish);
    default:
      return wish satisfies never;
  }
}

interface PolicyPlan {
  readonly title: string;
  readonly change: (held: ChannelPolicy) => Partial<ChannelPolicy>;
  readonly notes?: readonly string[];
}

/** From the policy a channel has of its own, if any, to one that differs in what was wished for. */
async function planPolicy(
  deps: OrchestratorDeps,
  scene: Scene,
  wanted: WishPlace,
  planOf: (place: string) => PolicyPlan,
): Promise<Outcome> {
  await requirePermission(deps, scene, "policy.manage");
  const place = meantPlace(scene, wanted);
  if ("unknown" in place) return { replies: [alone(say(place.unknown))] };
  const { channelPolicies } = deps.store.forOrg(scene.turn.org);
  const held = await channelPolicies.holding(place.channel);
  const own = (await channelPolicies.get(place.channel)) ?? null;
  const { title, change, notes = [] } = planOf(place.name);
  const after = { ...held, ...change(held) };
  const others =
    place.channel === EVERYWHERE ? (await channelPolicies.all()).filter(({ channel }) => channel !== EVERYWHERE) : [];
  const kept = others.length === 0 ? [] : ["Channels with a policy of their own keep it."];
  const isSame = JSON.stringify(held) === JSON.stringify(after);
  return offerPlan(deps, scene, {
    title,
    // What holds from elsewhere already is not written down anew for this channel.
    changes: [{ set: "policy", channel: place.channel, before: own, after: isSame ? own : after }],
    items: changedItems(held, after),
    notes: [...notes, ...kept],
  });
}

function changedItems(held: ChannelPolicy, after: ChannelPolicy): { label: string; value: string }[] {
  const was = itemsOf(held);
  return itemsOf(after).flatMap(({ label, value }, at) => {
    const old = was[at]?.value ?? value;
    return old === value ? [] : [{ label, value: `${value} (now: ${old})` }];
  });
}

async function planModules(
  deps: OrchestratorDeps,
  scene: Scene,
  { do: what, names, place }: Extract<Rule, { wish: "modules" }>,
): Promise<Outcome> {
  const found = names.flatMap((name) => findModule(deps, scene.turn.org, name) ?? []);
  const named = found.map(({ manifest }) => manifest.name);
  const titles = listed(found.map(({ manifest }) => inert(manifest.title)));
  const all = deps.registry.modules(scene.turn.org).map(({ manifest }) => manifest.name);
  const off = await deps.store.forOrg(scene.turn.org).moduleStates.off();
  const isOff = what === "add" ? named.filter((name) => off.has(name)) : [];
  return planPolicy(deps, scene, place, (where) => ({
    title: {
      add: `let ${titles} answer in ${where}`,
      remove: `switch off ${titles} in ${where}`,
      only: `let only ${titles} answer in ${where}`,
    }[what],
    change: ({ modules }) => ({
      modules: resulting(what, modules === "all" ? all : modules, named, modules === "all"),
    }),
    notes: [
      ...(what === "add"
        ? []
        : [
            "The modules that may answer there are listed by name then: one that is installed later does not, until it is allowed.",
          ]),
      ...(what === "add" || place === "everywhere" ? [] : ["Everywhere else nothing changes."]),
      ...isOff.map((name) => `${name} is switched off for everybody here: \`enable ${name}\` asks for that.`),
    ],
  }));
}

function resulting(
  what: "add" | "remove" | "only",
  held: readonly ModuleName[],
  named: readonly ModuleName[],
  isAll: boolean,
): ChannelPolicy["modules"] {
  if (what === "only") return [...named];
  if (what === "remove") return held.filter((name) => !named.includes(name));
  return isAll ? "all" : [...held, ...named.filter((name) => !held.includes(name))];
}

async function planGrant(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: Extract<Rule, { wish: "grant" | "effects" }>,
): Promise<Outcome> {
  await requirePermission(deps, scene, "module.grant");
  const module = findModule(deps, scene.turn.org, wish.name);
  if (module === undefined)
    return { replies: [alone(say(`I know no module called “${inert(wish.name)}”. Say \`modules\`.`))] };
  const { name, title: named } = module.manifest;
  const title = inert(named);
  const before = (await deps.store.forOrg(scene.turn.org).moduleGrants.get(name)) ?? null;
  const held = before ?? OPEN_MODULE;
  const change = wish.wish === "grant" ? { least: wish.least } : { effects: [...wish.effects] };
  const after = { ...held, ...change };
  const isSame = JSON.stringify(held) === JSON.stringify(after);
  const only = wish.wish === "effects" || wish.least === "viewer" ? "" : "only ";
  return offerPlan(deps, scene, {
    title: wish.wish === "grant" ? `let ${only}${whoMay(wish.least)} use ${title}` : `let ${title} only read`,
    changes: [{ set: "grant", module: name, before, after: isSame ? before : after }],
    items: isSame ? [] : [{ label: title, value: `${wordsOf(after)} (now: ${wordsOf(held)})` }],
  });
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}

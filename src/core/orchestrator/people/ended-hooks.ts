import type { Elsewhere } from "#core/delivery/delivery.ts";
import { channelOf } from "#core/contract/message.ts";
import type { StoredHook } from "#core/store/store.ts";
import { ownerPlace } from "#core/orchestrator/clock/owner-place.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelName } from "#core/orchestrator/place-name.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";

/** What is said of the hooks that end when this org becomes part of another. */
export interface EndedHooks {
  /** To whoever joins: all of them, since not everybody can be reached. */
  readonly said: string;
  /** To each other owner: their own. */
  readonly told: readonly Elsewhere[];
}

/** Says which hooks end with their org, and how they are set up again: the sender of each has to be given a new address. */
export async function endedHooks(deps: Pick<OrchestratorDeps, "store">, scene: Scene): Promise<EndedHooks> {
  const { org } = scene.turn;
  const all = await deps.store.forOrg(org).hooks.all();
  if (all.length === 0) return { said: "", told: [] };
  const owners = new Map<string, StoredHook[]>();
  for (const hook of all) {
    if (hook.person !== scene.person) owners.set(hook.person, [...(owners.get(hook.person) ?? []), hook]);
  }
  const told: Elsewhere[] = [];
  for (const hooks of owners.values()) {
    const [first] = hooks;
    const to = first && (await ownerPlace(deps, org, first.plan));
    if (to === undefined) continue;
    const words = `This workspace is part of another now, and these hooks of yours have ended with it: ${named(scene, hooks)}. ${HOW}`;
    told.push({ actor: { ...to.actor, ...scene.asker }, conversation: to.conversation, reply: alone(say(words)) });
  }
  return { said: ` These hooks have ended: ${named(scene, all)}. ${HOW}`, told };
}

const HOW = "Set each up again, as in `let GitHub post here`, and give its sender the new address and secret.";
const MOST_NAMED = 10;

function named(scene: Scene, hooks: readonly StoredHook[]): string {
  const names = hooks.map(({ plan: { title, place } }) => {
    const where = place.audience === "just_me" ? "" : ` in ${channelName(channelOf(place), scene.conversation)}`;
    return `“${inert(title)}”${where}`;
  });
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${names.slice(0, MOST_NAMED).join(", ")}${more}`;
}

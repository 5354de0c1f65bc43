import type { Actor, Conversation } from "#core/contract/message.ts";
import { channelOf } from "#core/contract/message.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { OPEN_CHANNEL } from "#core/contract/channel-policy.ts";
import { MATRIX } from "#core/contract/permission.ts";
import type { Rights } from "#core/auth/rights.ts";
import type { Roles } from "#core/auth/roles.ts";
import { beginningsFor } from "#core/orchestrator/commands-for.ts";
import { firstExample } from "#core/orchestrator/help.ts";
import { isOutsider } from "./orchestrator/people/outsider.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

export interface CompletionDeps {
  readonly registry: Pick<Registry, "modules" | "houseModules">;
  readonly store: Pick<Store, "people" | "forOrg">;
  readonly rights: Pick<Rights, "usable" | "channelPolicyOf">;
  readonly roles: Pick<Roles, "roleOf">;
}

/** Platforms show no longer choice; in characters. */
const MOST_CHARACTERS = 100;

/** Makes `DoorCore.complete`: what this person can say here that begins so, examples of what is on first, then commands. */
export function createCompletion(deps: CompletionDeps) {
  return async (actor: Actor, text: string, limit: number, place?: Conversation): Promise<readonly string[]> => {
    if (isOutsider(actor)) return [];
    const wanted = text.trimStart().toLowerCase();
    const found = sentences(await whatIs(deps, actor, place)).filter(
      (sentence) => sentence.length <= MOST_CHARACTERS && sentence.toLowerCase().startsWith(wanted),
    );
    return [...new Set(found)].slice(0, limit);
  };
}

/** What there is for somebody where they are. */
interface Choices {
  /** On, and theirs to use. */
  readonly usable: readonly Manifest[];
  readonly commands: readonly string[];
  readonly mayConnect: boolean;
  /** `enable weather`, `disable gaming`, where modules may be switched. */
  readonly switches: readonly string[];
}

async function whatIs(
  { registry, store, rights, roles }: CompletionDeps,
  actor: Actor,
  place: Conversation | undefined,
): Promise<Choices> {
  const org = await store.people.orgOf(actor.platform, actor.tenantId);
  const modules = org === undefined ? registry.houseModules() : registry.modules(org);
  const manifests = modules.map(({ manifest }) => manifest);
  // Nobody of theirs has ever been here: there is nothing yet that could be closed to them.
  if (org === undefined) {
    const switches = manifests.map(({ name }) => `disable ${name}`);
    return { usable: manifests, commands: beginningsFor("viewer", OPEN_CHANNEL), mayConnect: true, switches };
  }
  const { person } = await store.people.identify(actor);
  const channel = place && channelOf(place);
  const off = await store.forOrg(org).moduleStates.off();
  const role = await roles.roleOf(org, person);
  const policy = await rights.channelPolicyOf(org, channel);
  const on = manifests.filter(({ name }) => !off.has(name));
  return {
    usable: await rights.usable({ org, person, channel }, on),
    commands: beginningsFor(role, policy),
    mayConnect: MATRIX[role].has("credential.own"),
    switches: policy.installs
      ? manifests.map(({ name }) => (off.has(name) ? `enable ${name}` : `disable ${name}`))
      : [],
  };
}

function sentences({ usable, commands, mayConnect, switches }: Choices): string[] {
  return [
    // One of each module first, so that a short list shows the breadth.
    ...usable.flatMap((manifest) => firstExample(manifest) ?? []),
    ...usable.flatMap(({ capabilities }) => capabilities).flatMap(({ examples }) => examples),
    ...commands,
    ...usable.flatMap(({ name, credentials }) =>
      mayConnect && credentials.length > 0 ? [`connect ${name}`, `disconnect ${name}`] : [],
    ),
    ...switches,
    ...usable.map(({ name }) => name),
  ];
}

import type { Actor } from "#core/contract/message.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { firstExample } from "#core/orchestrator/help.ts";
import { isOutsider } from "#core/orchestrator/outsider.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

export interface CompletionDeps {
  readonly registry: Pick<Registry, "modules">;
  readonly store: Pick<Store, "people" | "forOrg">;
}

/** Platforms show no longer choice; in characters. */
const MOST_CHARACTERS = 100;

/** Makes `DoorCore.complete`: what can be said here that begins so, examples of what is on first, then commands. */
export function createCompletion({ registry, store }: CompletionDeps) {
  return async (actor: Actor, text: string, limit: number): Promise<readonly string[]> => {
    if (isOutsider(actor)) return [];
    const org = await store.people.orgOf(actor.platform, actor.tenantId);
    const off = org === undefined ? new Set<string>() : await store.forOrg(org).moduleStates.off();
    const wanted = text.trimStart().toLowerCase();
    const found = sentences(
      registry.modules().map(({ manifest }) => manifest),
      off,
    ).filter((sentence) => sentence.length <= MOST_CHARACTERS && sentence.toLowerCase().startsWith(wanted));
    return [...new Set(found)].slice(0, limit);
  };
}

function sentences(manifests: readonly Manifest[], off: ReadonlySet<string>): string[] {
  const on = manifests.filter(({ name }) => !off.has(name));
  const capabilities = on.flatMap((manifest) => manifest.capabilities);
  return [
    // One of each module first, so that a short list shows the breadth.
    ...on.flatMap((manifest) => firstExample(manifest) ?? []),
    ...capabilities.flatMap(({ examples }) => examples),
    ...COMMANDS,
    ...on.flatMap((manifest) =>
      manifest.credentials.length === 0 ? [] : [`connect ${manifest.name}`, `disconnect ${manifest.name}`],
    ),
    ...manifests.map(({ name }) => (off.has(name) ? `enable ${name}` : `disable ${name}`)),
    ...on.map(({ name }) => name),
  ];
}

const COMMANDS = [
  "help",
  "status",
  "modules",
  "approvals",
  "why",
  "stop",
  "link",
  "whoami",
  "unlink",
  "roles",
  "time zone",
] as const;

import { newId, NOBODY, type OrgId, TurnId } from "#core/contract/ids.ts";
import type { Capability } from "#core/contract/manifest.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { ModuleState, Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

export interface ModuleCanariesDeps {
  readonly store: Store;
  readonly registry: Pick<Registry, "modules" | "invoke">;
  readonly defaults: { readonly locale: string; readonly timeZone: string };
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Asks each module that needs no account the least that it can be asked, so that one whose source changed is noticed before
 * people do. Those with an account are looked at with it, by `core/expiry`.
 * @returns what came of it, in numbers
 */
export async function tryModules(deps: ModuleCanariesDeps, signal: AbortSignal): Promise<string> {
  const tried = new Set<string>();
  const failed = new Set<string>();
  for (const { org } of await deps.store.people.orgs()) {
    const off = await deps.store.forOrg(org).moduleStates.off();
    for (const module of deps.registry.modules(org)) {
      const least = leastOf(module);
      // The same bytes ask the same source, whichever org has them.
      if (least === undefined || off.has(module.manifest.name) || tried.has(module.sha256)) continue;
      signal.throwIfAborted();
      tried.add(module.sha256);
      if (!(await answers(deps, org, module, least, signal))) failed.add(module.manifest.title);
    }
  }
  if (tried.size === 0) return "none that can be asked without being told something";
  const names = [...failed].toSorted().join(", ");
  return failed.size === 0 ? `${tried.size} answer` : `${tried.size - failed.size} answer, not: ${names}`;
}

/** What can be asked of it without an account and without saying anything, if it asks a source at all. */
function leastOf({ manifest, state }: ModuleState): Capability | undefined {
  if (state === "off" || manifest.hosts.length === 0 || manifest.credentials.length > 0) return undefined;
  return manifest.capabilities.find(({ effect, required }) => effect === "read" && required.length === 0);
}

async function answers(
  deps: ModuleCanariesDeps,
  org: OrgId,
  { manifest }: ModuleState,
  capability: Capability,
  signal: AbortSignal,
): Promise<boolean> {
  const result = await deps.registry.invoke(
    {
      org,
      person: NOBODY,
      turn: newId(TurnId),
      module: manifest.name,
      capability: capability.name,
      input: {},
      asker: deps.defaults,
      files: [],
    },
    signal,
  );
  if (result.ok || SAYS_NOTHING.has(result.code)) return true;
  deps.log.warn({ module: manifest.name, code: result.code }, "a module does not answer");
  return false;
}

/** The source answered; there was nothing to tell, or a limit of ours came first. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(["not_found", "no_data", "quota_reached", "rate_limited"]);

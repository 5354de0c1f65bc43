import { NOBODY, type OrgId, type PersonId } from "#core/contract/ids.ts";
import type { RunOutcome } from "#core/registry/registry-deps.ts";
import { reachOf } from "#core/credentials/reach.ts";
import { WARN_FROM_MS } from "#core/credentials/expiry-stage.ts";
import { checkCredential, type ExpiryCheckDeps } from "./expiry-check.ts";
import { type ExpiryHandoverDeps, finishHandovers } from "./expiry-handover.ts";
import { createExpiryTelling, type ExpiryTellingDeps } from "./expiry-telling.ts";
import { sources } from "#core/orchestrator/secrets/connect.ts";

export type ExpiryUpkeepDeps = ExpiryCheckDeps & ExpiryTellingDeps & ExpiryHandoverDeps;

/** What looks after credentials: tries each once a day, and has people told before one ends. */
export interface ExpiryUpkeep {
  /** Looks at what is due now; twice at once is once. */
  look(signal: AbortSignal): Promise<void>;
  /** A module's source refused a credential, or took one again that it had refused: it is looked at right away. */
  saw(run: RunOutcome & { readonly person: PersonId }): void;
}

/** Looked at a little before there is something to say; ms. */
const MARGIN_MS = 60 * 60_000;
/** As many are tried at once, and found at once. */
const AT_ONCE = 4;
const FOUND = 40;
/** One that its source has just been asked about is not asked about again; ms. */
const RECENT_MS = 10 * 60_000;

/** Makes it. */
export function createExpiryUpkeep(deps: ExpiryUpkeepDeps): ExpiryUpkeep {
  const { store, clock, log } = deps;
  const telling = createExpiryTelling(deps);
  let looking: Promise<void> | undefined;
  /** Names that a run has shown to be refused, so that the run that shows them accepted is known for it. */
  const refused = new Set<string>();

  async function lookNow(signal: AbortSignal): Promise<void> {
    const due = await store.dueChecks.find(clock(), FOUND);
    for (let at = 0; at < due.length; at += AT_ONCE) {
      signal.throwIfAborted();
      await Promise.all(due.slice(at, at + AT_ONCE).map((one) => checkCredential(deps, one, signal)));
    }
    for (const org of await store.dueChecks.orgs(new Date(clock().getTime() + WARN_FROM_MS + MARGIN_MS))) {
      signal.throwIfAborted();
      await finishHandovers(deps, org);
      await telling.look(org);
    }
  }

  async function note(org: OrgId, name: string, person: PersonId, isRefused: boolean): Promise<void> {
    const own = store.forOrg(org);
    const reach = await reachOf(own, name, person);
    if (!("record" in reach)) return;
    const { record } = reach;
    const need = sources(deps, org).find((source) => source.need.name === name)?.need;
    if (need?.kind === "api_key" && need.test === undefined) {
      // It has no harmless call to be asked by: what its source said is all there is to know.
      await (isRefused
        ? own.credentials.refused(record, record.version, clock(), false)
        : own.credentials.accepted(record, record.version, undefined));
      return;
    }
    const check = await own.credentialChecks.get(record);
    const heardAt = check?.checkedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
    if (Math.abs(clock().getTime() - heardAt) > RECENT_MS) await own.credentialChecks.hurry(record, clock());
  }

  return {
    look: (signal) =>
      (looking ??= lookNow(signal).finally(() => {
        looking = undefined;
      })),
    saw({ org, module, result, person }) {
      // What NEXUS asked by itself is dealt with where it was asked.
      if (person === NOBODY) return;
      if (!result.ok && result.code !== "credential_rejected") return;
      const names = result.ok ? needsOf(deps, org, module) : result.credential === undefined ? [] : [result.credential];
      for (const name of names) {
        const key = `${org} ${name}`;
        if (result.ok ? !refused.delete(key) : refused.has(key)) continue;
        if (!result.ok) refused.add(key);
        note(org, name, person, !result.ok).catch((err: unknown) =>
          log.error({ err, org }, "a refusal could not be noted"),
        );
      }
    },
  };
}

function needsOf({ registry }: Pick<ExpiryUpkeepDeps, "registry">, org: OrgId, module: string): string[] {
  const found = registry.modules(org).find(({ manifest }) => manifest.name === module);
  return found === undefined ? [] : found.manifest.credentials.map(({ name }) => name);
}

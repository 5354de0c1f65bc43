import type { ErrorCode } from "#core/contract/errors.ts";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { CallCounts } from "#core/store/store.ts";

/**
 * What a run says about the module, as counts to add; undefined when it says nothing: the person's words did not fit, a
 * secret was missing, the source was down, or nothing of the module ran.
 */
export function countOutcome(result: AdapterRunResult): CallCounts | undefined {
  if (result.ok) {
    // An answer from the cache, or from before the source went down, is no work of this version.
    if (result.facts.cached || result.stale) return undefined;
    return { ...ONE, codes: {} };
  }
  const codes = { [result.code]: 1 };
  if (EMPTY.has(result.code)) return { ...ONE, empties: 1, codes };
  return OWN_FAULT.has(result.code) ? { ...ONE, failures: 1, codes } : undefined;
}

const ONE = { calls: 1, failures: 0, empties: 0 };

/** What is the module's own doing, whoever asks and however the source is. */
const OWN_FAULT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "module_failed",
  "module_timeout",
  "module_resources",
  "module_output_invalid",
  "egress_denied",
  // It could not read what its source said: its source may have changed, and so may what it expects.
  "upstream_invalid",
]);

const EMPTY: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["no_data", "not_found"]);

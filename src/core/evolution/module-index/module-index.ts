import type { BundleEntries } from "#core/contract/bundle.ts";
import type { ModuleName, Sha256 } from "#core/contract/ids.ts";
import type { Written } from "./index-file.ts";

/** One version of a module that an index offers. */
export interface IndexedVersion {
  readonly index: string;
  readonly module: ModuleName;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly sha256: Sha256;
  readonly written: Written;
  readonly hosts: readonly string[];
  /** Of its capabilities, each once. */
  readonly effects: readonly string[];
  /** Taken back by its publisher, and why. */
  readonly revoked?: string;
}

/** How one index stands, for `status` and `doctor`. */
export interface IndexStanding {
  readonly index: string;
  readonly ok: boolean;
  /** How many modules it has, or what is wrong with it. */
  readonly detail: string;
}

/** The module indexes that are set up: read-only, signed, and believed in nothing but which bytes they name. */
export interface ModuleIndexes {
  /** What fits the words best, first; the newest version of each module that is not revoked. */
  search(words: string, limit: number, signal: AbortSignal): Promise<readonly IndexedVersion[]>;
  /** Every version of a module, in every index; the newest first. */
  versions(module: ModuleName, signal: AbortSignal): Promise<readonly IndexedVersion[]>;
  /** Exact bytes that must not run, and why. What an index that does not answer now said before still counts. */
  revoked(signal: AbortSignal): Promise<ReadonlyMap<Sha256, string>>;
  /**
   * The bytes of one version, found to be those that were signed for.
   * @throws NexusError index_untrusted | index_unavailable | module_unknown | bundle_revoked
   */
  fetch(
    wanted: { readonly index: string; readonly module: ModuleName; readonly version: string },
    signal: AbortSignal,
  ): Promise<{ entries: BundleEntries; signer: string }>;
  /** Reads every index now, and says how each stands. */
  standing(signal: AbortSignal): Promise<readonly IndexStanding[]>;
  /** How those stood that are set up beside the release's own, when each was last read; nothing is read now. */
  lastStanding(): readonly IndexStanding[];
}

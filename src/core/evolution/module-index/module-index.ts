import type { BundleEntries } from "#core/contract/bundle.ts";
import type { ModuleName, Sha256 } from "#core/contract/ids.ts";

/** One version of a module that an index offers. */
export interface IndexedVersion {
  readonly index: string;
  readonly module: ModuleName;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly sha256: Sha256;
  /** Who wrote it: a person, the builder from a document, or a model. */
  readonly written: "hand" | "builder" | "model";
  readonly hosts: readonly string[];
  readonly effects: readonly string[];
  /** Taken back by its publisher, and why. */
  readonly revoked?: string;
}

/** The module indexes that are set up: read-only, signed, and believed in nothing but which bytes they name. */
export interface ModuleIndexes {
  /** What fits the words best, first; the newest version of each that is not revoked. */
  search(words: string, limit: number): Promise<readonly IndexedVersion[]>;
  versions(module: ModuleName): Promise<readonly IndexedVersion[]>;
  /** Exact bytes that must not run, and why. */
  revoked(): Promise<ReadonlyMap<Sha256, string>>;
  /**
   * The bytes of one version, found to be those that were signed for.
   * @throws NexusError index_untrusted | index_unavailable | module_unknown | bundle_revoked
   */
  fetch(
    index: string,
    module: ModuleName,
    version: string,
    signal: AbortSignal,
  ): Promise<{ entries: BundleEntries; signer: string }>;
  /** For `status` and `doctor`: each index, how it stands and how many modules it has. */
  standing(): readonly { readonly index: string; readonly ok: boolean; readonly detail: string }[];
}

import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Manifest } from "#core/contract/manifest.ts";

/** What a module is to be written for. */
export interface WriteWish {
  /** What people asked for, in their words; chooses the operations. Left out, what the API is mostly for. */
  readonly need?: string;
  /** These operations by id, 1 to 5, whatever the need says. */
  readonly operations?: readonly string[];
  /** Left out, one is made from the title of the API. */
  readonly name?: string;
  /** `1.0.0` unless told. */
  readonly version?: string;
  /** Names that are taken. */
  readonly taken: readonly string[];
}

/** A module as it was written: the same description and the same wish give the same bytes. */
export interface WrittenModule {
  /** `manifest.json`, `module.ts`, `tests/*.json`, `README.md`. */
  readonly entries: BundleEntries;
  readonly manifest: Manifest;
  /** The operations it serves, by id. */
  readonly operations: readonly string[];
  /** What whoever approves should know: what was mended in the document, what was left out and why. */
  readonly notes: readonly string[];
}

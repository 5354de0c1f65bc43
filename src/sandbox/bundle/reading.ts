import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Finding } from "#core/contract/validation.ts";

/** A bundle as it was found on a disk or in a pack, and what kept parts of it from being read. */
export interface Reading {
  readonly entries: BundleEntries;
  readonly findings: readonly Finding[];
}

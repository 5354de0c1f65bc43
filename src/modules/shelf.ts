/** A module that comes with this release and is installed only where people approve it. */
export interface Shelved {
  readonly folder: URL;
  /** By a person, or by the builder from the vendor's API document. */
  readonly written: "hand" | "builder";
}

/** The modules of the release's own index, by folder. */
export const SHELF: readonly Shelved[] = [];

import type { BundleEntries } from "#core/contract/bundle.ts";
import type { ModelAsker } from "#core/contract/model.ts";

/** What a model is to write a module for. */
export interface ModelWish {
  readonly need: string;
  /** What people answered when it was sent back before: their words, data. */
  readonly feedback: readonly string[];
  /** Names that are taken. */
  readonly taken: readonly string[];
  readonly asker: ModelAsker;
  readonly staysInside: boolean;
  readonly unitsLeft: number;
}

export type ModelDraft =
  | {
      readonly state: "written";
      readonly entries: BundleEntries;
      /** The specification the code was written to; its tests were fixed before any code was. */
      readonly specification: string;
      readonly by: { readonly writer: string; readonly reviewer?: string };
      /** What the writer says of it. Data. */
      readonly summary: string;
      /** What a model that did not write it says of it, of the code as it is now or as it was before it was written anew. Data. */
      readonly review?: { readonly ok: boolean; readonly concerns: readonly string[]; readonly isRewritten: boolean };
      readonly units: number;
    }
  | {
      readonly state: "not_written";
      readonly why: "no_model" | "unusable" | "refused" | "budget";
      readonly say: string;
      readonly units: number;
    };

/** Has a module written by a model: specification and tests first, then code that must meet them. */
export interface ModelWriter {
  write(wish: ModelWish, tell: (note: string) => void, signal: AbortSignal): Promise<ModelDraft>;
}

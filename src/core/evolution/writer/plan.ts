import type { Effect, Slot } from "#core/contract/manifest.ts";
import type { Json } from "#core/contract/json.ts";
import type { ApiInput, ApiOperation, ApiPaging } from "#core/evolution/api/api-description.ts";

/** A module as it is going to be written: everything is decided, nothing is text of a file yet. */
export interface ModulePlan {
  readonly name: string;
  readonly version: string;
  /** The API in a few words, as people call it: 40 characters at most. */
  readonly title: string;
  readonly description: string;
  readonly kind: "openapi" | "graphql" | "mcp" | "exchange";
  readonly capabilities: readonly CapabilityPlan[];
}

/** One capability: what it is called, what it asks for and how its answer is shown. */
export interface CapabilityPlan {
  readonly name: string;
  readonly operation: ApiOperation;
  readonly effect: Effect;
  readonly title: string;
  readonly description: string;
  /** What it deals with, for one and for several: `pet`, `pets`. */
  readonly noun: Noun;
  /** Required ones first. */
  readonly slots: readonly SlotPlan[];
  /** What is sent and never asked for. */
  readonly fixed: readonly ApiInput[];
  readonly view: View;
  readonly paging?: ApiPaging;
  /** Inputs that were left out, by the name the API gives them. */
  readonly leftOut: readonly string[];
}

export interface Noun {
  readonly one: string;
  readonly many: string;
}

/**
 * How what a person says becomes what is sent: as it is, as yes or no, as the number behind a word, as a list parted by
 * commas, or as JSON.
 */
export type SlotForm = "plain" | "yesNo" | "numberWord" | "texts" | "numbers" | "json";

/** One value that is asked for, and where it goes. */
export interface SlotPlan {
  /** As the manifest and the code have it. */
  readonly name: string;
  /** As people have it: `pet ID`. */
  readonly label: string;
  readonly input: ApiInput;
  readonly slot: Slot;
  readonly required: boolean;
  readonly form: SlotForm;
  /** A value that fits, as a person's words become it; for tests and examples. */
  readonly sample: Json;
}

/** One value of an answer that is shown: where it is and what it is called. */
export interface Column {
  readonly label: string;
  readonly key: string;
  readonly at: readonly string[];
  readonly isNumber: boolean;
}

/** How an answer is shown. `at` is the way into the answer. */
export type View =
  | { readonly kind: "done" }
  | { readonly kind: "text" }
  | { readonly kind: "value"; readonly at: readonly string[] }
  /** A list of objects; without columns, of plain values. */
  | {
      readonly kind: "list";
      readonly at: readonly string[];
      readonly columns: readonly Column[];
      readonly link?: readonly string[];
      /** What may stand beside the list: an answer with nothing else in it left an empty list out. */
      readonly along: readonly string[];
      /** Where it says how to get what comes after it. */
      readonly cursor?: readonly string[];
    }
  | {
      readonly kind: "object";
      readonly at: readonly string[];
      readonly columns: readonly Column[];
      readonly link?: readonly string[];
    }
  /** Nobody said what it is: it is looked at when it comes. */
  | { readonly kind: "anything" };

/** At most so many of a list are shown. */
export const MAX_ROWS = 20;
/** A text in a table is cut at so many characters. */
export const MAX_CELL = 80;
/** So much of a text that a source sends is shown. */
export const MAX_TEXT = 3_000;

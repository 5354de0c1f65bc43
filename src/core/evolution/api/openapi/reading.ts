import type { ApiRepair } from "#core/evolution/api/api-description.ts";
import { isRecord, partAt, text } from "#core/evolution/api/look.ts";
import { plainLine, plainWords } from "#core/evolution/api/plain-words.ts";

/** One document being read: its references, what was mended in it, and how much of it may still be looked at. */
export interface Reading {
  readonly document: unknown;
  readonly repairs: readonly ApiRepair[];
  readonly repair: (rule: string, at: string, what: string) => void;
  /**
   * What a node stands for: itself, or where its reference leads. Undefined where that is nowhere; it is mended to
   * nothing and said.
   * @throws OperationRefused when it leads out of the document
   */
  readonly follow: (node: unknown, at: string) => unknown;
  /** Takes one of the nodes that may be looked at for one operation, and in all; false when none is left. */
  readonly take: () => boolean;
  /** Whether one is left. */
  readonly hasMore: () => boolean;
  /** Begins another operation. */
  readonly begin: () => void;
}

/** One operation cannot be served; its message says why, in plain words. */
export class OperationRefused extends Error {
  override readonly name = "OperationRefused";
}

/** Nodes of schemas per operation, and per document: what reads within seconds however the schemas multiply. */
const NODES_PER_OPERATION = 2_500;
const NODES_PER_DOCUMENT = 600_000;
const MAX_REPAIRS = 300;
const MAX_HOPS = 16;

/** Begins to read a document. */
export function createReading(document: unknown): Reading {
  const repairs = new Map<string, ApiRepair>();
  let leftHere = NODES_PER_OPERATION;
  let leftInAll = NODES_PER_DOCUMENT;
  const repair: Reading["repair"] = (rule, at, what) => {
    const where = plainWords(at, 200);
    const key = `${rule} ${where}`;
    if (repairs.size < MAX_REPAIRS && !repairs.has(key)) {
      repairs.set(key, { rule, at: where, what: plainLine(what, 200) });
    }
  };
  return {
    document,
    get repairs() {
      return [...repairs.values()];
    },
    repair,
    follow(node, at) {
      let found = node;
      for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
        const reference = referenceOf(found);
        if (reference === undefined) return found;
        if (!reference.startsWith("#")) {
          throw new OperationRefused(`it refers to ${shown(reference)}, outside of the document`);
        }
        found = partAt(document, stepsOf(reference));
        if (found === undefined) {
          repair("reference.missing", at, `${shown(reference)} leads nowhere: anything is taken for it`);
          return undefined;
        }
      }
      repair("reference.circular", at, "a reference that only leads to references: anything is taken for it");
      return undefined;
    },
    take() {
      leftHere -= 1;
      leftInAll -= 1;
      return leftHere >= 0 && leftInAll >= 0;
    },
    hasMore: () => leftHere > 0 && leftInAll > 0,
    begin() {
      leftHere = NODES_PER_OPERATION;
    },
  };
}

/** Where a node refers to instead of saying it; undefined when it says it. */
export function referenceOf(node: unknown): string | undefined {
  return isRecord(node) ? text(node, "$ref") : undefined;
}

function stepsOf(reference: string): string[] {
  const pointer = decoded(reference.slice(1));
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shown(reference: string): string {
  return `“${plainWords(reference, 120)}”`;
}

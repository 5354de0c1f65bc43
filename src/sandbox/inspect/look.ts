import type { AnyNode } from "acorn";
import type { Manifest } from "#core/contract/manifest.ts";
import type { CodeFile } from "./code-file.ts";
import type { At } from "./findings.ts";
import type { InspectionRule } from "./rules.ts";

/** What a check of one file is given. */
export interface Look {
  readonly file: CodeFile;
  /** All files of the module by path. */
  readonly files: ReadonlyMap<string, CodeFile>;
  readonly manifest: Manifest;
  /** Globals beyond those that modules have: an evaluation's own. */
  readonly extraGlobals: ReadonlySet<string>;
  readonly report: (rule: InspectionRule, at: AnyNode, message: string, hint?: string) => void;
}

/** One group of rules. */
export type Check = (look: Look) => void;

/** Where a node begins. */
export function placeOf(file: string, node: AnyNode): At {
  const start = node.loc?.start;
  return start ? { file, line: start.line, column: start.column + 1 } : { file };
}

import type { ModuleName } from "#core/contract/ids.ts";
import type { FileChanges } from "#core/contract/invocation.ts";
import type { Json } from "#core/contract/json.ts";
import type { ChartPart } from "#core/contract/reply.ts";
import { clip } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** What came of one section of a briefing: a line, or two where there is room. */
export interface Section {
  readonly title: string;
  /** `nothing`: there is nothing to report. `hidden`: there is, and not for those who read along. */
  readonly state: "ok" | "nothing" | "hidden" | "failed";
  /** Each is harmless, and fits one line of a post. */
  readonly lines: readonly string[];
  /** Numbers that deserve a picture. */
  readonly chart?: ChartPart;
  /** When its source said so, where that is not the time of the run. */
  readonly asOf?: Date;
  readonly isSample?: true;
  /** What would mend it: a credential to be connected again. */
  readonly fix?: { readonly module: ModuleName; readonly credential: ModuleName };
  /** What its run wants changed in its module's own files. */
  readonly files?: { readonly module: ModuleName; readonly changes: FileChanges };
  /** What it says, as far as that tells whether there is anything new since the last time. */
  readonly says: Json;
}

/** Words from elsewhere as one line of a post: harmless, and no longer than two rows on a telephone. */
export function lineOf(words: string): string {
  return clip(inert(words).replace(/\s+/g, " ").trim(), LINE_CHARS);
}

/** In UTF-16 units. */
const LINE_CHARS = 200;

/** A section that could not be had. @param because in a few words, as they follow its title */
export function failedSection(title: string, because: string, fix?: Section["fix"]): Section {
  return { title, state: "failed", lines: [because], says: ["failed", because], ...(fix && { fix }) };
}

/** A section with nothing to report. */
export function nothingSection(title: string, line: string): Section {
  return { title, state: "nothing", lines: [line], says: ["nothing"] };
}

import type { ModuleErrorCode } from "#core/contract/module.ts";
import type { Busy, Meeting } from "./meeting.ts";

/** Where meetings come from: Google, or the sample. */
export interface CalendarSource {
  /**
   * What overlaps the time from `from` to `to`, by start, without what the asker has declined. Reading stops early once
   * `enough` of it is there.
   * @param calendar the address of another calendar than the asker's own
   */
  meetings(
    from: Date,
    to: Date,
    enough?: (found: readonly Meeting[]) => boolean,
    calendar?: string,
  ): Promise<Answer<Listing>>;
  /** When the asker is taken between `from` and `to`, by start. */
  busy(from: Date, to: Date): Promise<Answer<readonly Busy[]>>;
}

export interface Listing {
  readonly meetings: readonly Meeting[];
  /** False when there was more than one call may read. */
  readonly complete: boolean;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Problem };

/** A failure as a module reports it. */
export interface Problem {
  readonly code: ModuleErrorCode;
  readonly say: string;
  readonly hint?: string;
  readonly retryAfterS?: number;
}

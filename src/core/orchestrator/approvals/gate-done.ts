import type { Conversation } from "#core/contract/message.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import type { Outcome } from "#core/orchestrator/scene.ts";

/** What came of something that was approved. */
export interface Done {
  /** For whoever asked. */
  readonly reply: Reply;
  /** For others who saw the request: that it was done or not, and nothing of the answer. */
  readonly brief: string;
  /** How its cards look from now on, where that is more than what was decided. */
  readonly card?: { readonly outcome: string; readonly actions: (place: Conversation) => readonly Action[] };
  /** For whoever decided, and nobody else: what they can do next. */
  readonly alone?: Reply;
  /** What it leaves behind. */
  readonly outcome: Pick<Outcome, "person" | "record" | "files" | "remember" | "audit" | "commit" | "afterwards">;
}

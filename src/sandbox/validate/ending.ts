import { NexusError } from "#core/contract/errors.ts";
import { ModuleOutput } from "#core/contract/module.ts";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { describeIssues } from "#sandbox/bundle/schema-issues.ts";
import { quoted, visible } from "./visible-text.ts";

/** How a call ended, in the eyes of the host. */
export type Ending =
  | { readonly kind: "answer"; readonly output: Answered }
  /** The module's own named failure: a good ending. */
  | { readonly kind: "error"; readonly error: Refused["error"]; readonly output: Refused }
  /** Not what the host takes for an answer. */
  | { readonly kind: "invalid"; readonly why: string }
  /** It threw. */
  | { readonly kind: "thrown"; readonly why: string }
  /** It was stopped. */
  | { readonly kind: "overused"; readonly why: string; readonly isHang: boolean };

type Refused = Extract<ModuleOutput, { error: unknown }>;
type Answered = Exclude<ModuleOutput, Refused>;

/**
 * Reads how a call ended, as the host of a real one would.
 * @param fileProblem what it did to its files that would end a real call
 * @throws NexusError sandbox_unavailable | module_busy | stopped when nothing was learnt about the module
 */
export function readOutcome(outcome: SandboxOutcome, timeoutMs: number, fileProblem: string | undefined): Ending {
  switch (outcome.status) {
    case "completed": {
      const read = ModuleOutput.safeParse(outcome.output);
      if (!read.success) return { kind: "invalid", why: visible(`not an answer: ${explain(outcome.output)}`, 400) };
      if ("error" in read.data) return { kind: "error", error: read.data.error, output: read.data };
      if (fileProblem !== undefined) return { kind: "overused", why: fileProblem, isHang: false };
      return { kind: "answer", output: read.data };
    }
    case "failed":
      return { kind: "thrown", why: `it threw ${quoted(outcome.message, 300)}` };
    case "timeout":
      return { kind: "overused", why: `it did not end within ${timeoutMs} ms`, isHang: true };
    case "resources":
      return { kind: "overused", why: `it used more ${outcome.what} than its limits allow`, isHang: false };
    case "aborted":
      throw new NexusError("stopped", "the validation was stopped");
    case "busy":
      throw new NexusError("module_busy", "no runner was free for validation");
    case "unavailable":
      throw new NexusError("sandbox_unavailable", outcome.reason);
    default:
      return outcome satisfies never;
  }
}

/** What is wrong with an output, held against the one of both shapes that it was meant to have. */
function explain(output: unknown): string {
  const [answer, refusal] = ModuleOutput.options;
  const isRefusal = typeof output === "object" && output !== null && "error" in output;
  const read = (isRefusal ? refusal : answer).safeParse(output);
  return describeIssues(read.error?.issues ?? [])
    .map(({ message }) => message)
    .join("; ");
}

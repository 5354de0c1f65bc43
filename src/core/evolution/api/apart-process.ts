import { asNexusError, NexusError } from "#core/contract/errors.ts";
import { writeModule } from "#core/evolution/writer/write-module.ts";
import { type ApartResult, ApartTask } from "./apart-task.ts";
import { describe } from "./describe.ts";

process.once("message", (task) => process.send?.(work(ApartTask.parse(task))));
// who asked is gone
process.once("disconnect", () => process.exit());

function work({ material, wish }: ApartTask): ApartResult {
  try {
    const api = describe(material);
    return wish === undefined ? { kind: "described", api } : { kind: "written", written: writeModule(api, wish) };
  } catch (error) {
    const { code, message, say, hint } = asNexusError(error instanceof RangeError ? tooDeep(error) : error);
    return { kind: "failed", code, detail: message, say, hint };
  }
}

/** What fills the stack is the document. */
function tooDeep(cause: RangeError): NexusError {
  return new NexusError("document_unfit", `reading ended with: ${cause.message}`, {
    cause,
    say: "That document is refused. It is too much to be read.",
  });
}

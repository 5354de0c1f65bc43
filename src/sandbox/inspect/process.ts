import { Buffer } from "node:buffer";
import { findMutants } from "./mutants.ts";
import { inspectModule } from "./inspect-module.ts";
import type { ToInspector } from "./to-inspector.ts";

// The program of the inspector's process: one question, one answer. Whatever a stranger's code does to the parsers, it
// does to this process alone; there is nothing here to catch, since an inspection that dies is an answer too.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (question) => {
  if (isQuestion(question)) process.send?.(answer(question));
});
process.send?.({ type: "ready" });

function answer(question: ToInspector): object {
  if (question.type === "mutate") {
    return { type: "mutants", ...findMutants(new Map(question.compiled), question.limit, question.seed) };
  }
  const { compiled, ...inspected } = inspectModule({
    sources: new Map(question.sources),
    manifest: question.manifest,
    ...(question.wasm === undefined ? {} : { wasm: Buffer.from(question.wasm, "base64") }),
    allowGlobals: question.allowGlobals,
  });
  return { type: "inspected", ...inspected, compiled: [...compiled] };
}

/** What comes from the parent is our own word: only its shape's name is looked at. */
function isQuestion(message: unknown): message is ToInspector {
  return typeof message === "object" && message !== null && "type" in message;
}

import { runNamed } from "#bench/run.ts";
import { sandboxEval } from "./sandbox/sandbox.ts";
import { understandingEval } from "./understanding.ts";

process.exitCode = await runNamed("eval", [sandboxEval, understandingEval], process.argv.slice(2));

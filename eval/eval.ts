import { runNamed } from "#bench/run.ts";
import { understandingEval } from "./understanding.ts";

process.exitCode = await runNamed("eval", [understandingEval], process.argv.slice(2));

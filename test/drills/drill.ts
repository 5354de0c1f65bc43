import { runNamed } from "#bench/run.ts";
import { killDrill } from "./kill.ts";

process.exitCode = await runNamed("drill", [killDrill], process.argv.slice(2));

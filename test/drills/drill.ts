import { runNamed } from "#bench/run.ts";
import { hostileDrill } from "./hostile.ts";
import { killDrill } from "./kill.ts";

process.exitCode = await runNamed("drill", [hostileDrill, killDrill], process.argv.slice(2));

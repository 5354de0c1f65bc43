import { runNamed } from "#bench/run.ts";
import { budgetDrill } from "./budget.ts";
import { clockDrill } from "./clock.ts";
import { hooksDrill } from "./hooks.ts";
import { hostileDrill } from "./hostile.ts";
import { installDrill } from "./install.ts";
import { killDrill } from "./kill.ts";
import { modelsDrill } from "./models.ts";
import { restoreDrill } from "./restore.ts";

process.exitCode = await runNamed(
  "drill",
  [budgetDrill, clockDrill, hooksDrill, hostileDrill, installDrill, killDrill, modelsDrill, restoreDrill],
  process.argv.slice(2),
);

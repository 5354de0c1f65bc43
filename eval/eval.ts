import { runNamed } from "#bench/run.ts";
import { builderEval } from "./builder/builder.ts";
import { curriculumEval } from "./curriculum/curriculum.ts";
import { gapEval } from "./gap/gap.ts";
import { modulesEval } from "./modules.ts";
import { routerEval } from "./router/router.ts";
import { sandboxEval } from "./sandbox/sandbox.ts";
import { secretsEval } from "./secrets/secrets.ts";
import { toolsEval } from "./tools/tools.ts";
import { understandingEval } from "./understanding.ts";
import { wishesEval } from "./wishes.ts";

process.exitCode = await runNamed(
  "eval",
  [
    builderEval,
    curriculumEval,
    gapEval,
    modulesEval,
    routerEval,
    sandboxEval,
    secretsEval,
    toolsEval,
    understandingEval,
    wishesEval,
  ],
  process.argv.slice(2),
);

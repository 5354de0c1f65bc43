import { ackBench } from "./ack.ts";
import { bootBench } from "./boot.ts";
import { runNamed } from "./run.ts";
import { turnBench } from "./turn.ts";

process.exitCode = await runNamed("bench", [ackBench, bootBench, turnBench], process.argv.slice(2));

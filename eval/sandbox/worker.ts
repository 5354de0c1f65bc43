/**
 * A process in which cases are tried: it stands for the service. What strange code does to it is seen from outside, and
 * ends no more than this process.
 */
import { setImmediate } from "node:timers/promises";
import { AbuseCase } from "./case-file.ts";
import { type CaseResult, notRun } from "./case-result.ts";
import { openLab } from "./lab.ts";
import { tryCase } from "./try-case.ts";

const lab = openLab();
let troubles: string[] = [];
process.on("unhandledRejection", (reason) => troubles.push(`a promise was rejected and nobody heard: ${say(reason)}`));
process.on("uncaughtException", (error) => troubles.push(`an error was thrown and nobody caught it: ${say(error)}`));
// The last order is to leave: whoever is there no more is not waited for.
process.on("disconnect", () => void leave());
process.on("message", (message) => void take(AbuseCase.parse(message)));

async function leave(): Promise<void> {
  try {
    await lab[Symbol.asyncDispose]();
  } finally {
    process.exit();
  }
}

async function take(abuse: AbuseCase): Promise<void> {
  const result = await attempt(abuse);
  const ailment = await lab.ail();
  // Rejections that nobody hears of are reported after the turn in which they happen.
  await setImmediate();
  result.deaths.push(...troubles, ...(ailment === undefined ? [] : [ailment]));
  troubles = [];
  process.send?.({ result, serviceMib: Math.round(process.memoryUsage().rss / 1_048_576) });
}

async function attempt(abuse: AbuseCase): Promise<CaseResult> {
  try {
    return await tryCase(lab, abuse);
  } catch (error) {
    // The eval's own failure, or that of a part it calls: not a death, and never a pass.
    return {
      ...notRun(abuse.id, `it could not be tried: ${say(error)}`),
      wrong: [`it could not be tried: ${say(error)}`],
    };
  }
}

function say(reason: unknown): string {
  return (reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason)).slice(0, 300);
}

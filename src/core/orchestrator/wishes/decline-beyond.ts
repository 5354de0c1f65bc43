import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Outcome } from "#core/orchestrator/scene.ts";
import { alone } from "./plan-offer.ts";
import type { ScheduleWish } from "./wish-schedules.ts";

/** No clock of ours goes by that rhythm: said, and noted as a wish. */
export function declineBeyond({ beyond, isNo, text }: Extract<ScheduleWish, { wish: "schedule_beyond" }>): Outcome {
  if (isNo !== undefined) return { replies: [alone(say(noSuch(beyond, isNo)))] };
  if (/\bsec(?:ond)?s?$/i.test(beyond)) return { replies: [alone(say(TOO_OFTEN))] };
  const words = `I can't go by “${inert(beyond)}” yet, and noted that you want it. I can do days of the week, days of the month, and every so many hours: \`every Monday at 9 …\`.`;
  return { replies: [alone(say(words))], unmet: { text, reason: `a schedule for ${beyond}`, kind: "ours" } };
}

const TOO_OFTEN =
  "That is too often: at least 5 minutes must lie between two runs. Say it as in `every weekday at 8:30` or `every 15 minutes`.";

/** What is said of a time or a zone that there is not. */
export function noSuch(words: string, what: "time" | "zone"): string {
  const named = `“${inert(clip(words, 40))}”`;
  return what === "time"
    ? `There is no time ${named}. Say it as in \`every weekday at 8:30\` or \`every Friday at 5 pm\`.`
    : `I know no time zone called ${named}. Name a large city of it, as in \`at 9 Lisbon time\`, or say it as in \`at 9 in Europe/Lisbon\`.`;
}

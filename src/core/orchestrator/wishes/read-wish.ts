import type { Known, Wish } from "./wish.ts";
import { readAskingWish } from "./wish-asking.ts";
import { readHookChange } from "./wish-hook-changes.ts";
import { readHookWish } from "./wish-hooks.ts";
import { readLimitWish } from "./wish-limits.ts";
import { readModelWish } from "./wish-models.ts";
import { readOwnWish } from "./wish-own.ts";
import { readQuietWish } from "./wish-quiet.ts";
import { readReminderWish } from "./wish-reminders.ts";
import { readRuleWish } from "./wish-rules.ts";
import { readScheduleWish } from "./wish-schedules.ts";
import { readWatchChange } from "./wish-watch-changes.ts";
import { readWatchWish } from "./wish-watches.ts";
import { readable } from "./wish-words.ts";

/**
 * The wish a sentence is, when it is one beyond doubt: the whole of it has to fit. Whatever else it leaves to what can be
 * looked up.
 */
export function readWish(text: string, known: Known): Wish | undefined {
  const said = readable(text);
  if (said === undefined) return undefined;
  const clocked =
    readHookWish(said) ??
    readHookChange(said) ??
    readWatchWish(said) ??
    readWatchChange(said) ??
    readQuietWish(said) ??
    readScheduleWish(said) ??
    readReminderWish(said);
  // What is to be remembered may be long. Whoever wants a setting changed says so in a few words.
  if (clocked !== undefined || said.split(" ").length > MOST_WORDS) return clocked;
  return (
    readAskingWish(said, known) ??
    readModelWish(said) ??
    readRuleWish(said, known) ??
    readLimitWish(said, known) ??
    readOwnWish(said)
  );
}

/** Also keeps a sentence made to be costly from being so. */
const MOST_WORDS = 20;

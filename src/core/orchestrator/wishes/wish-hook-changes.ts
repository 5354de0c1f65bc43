import type { HookDeed } from "#core/orchestrator/clock/hook-deeds.ts";
import { whole } from "./wish-words.ts";

/** A wish about a hook that there is, by its name; none where only one can be meant. */
export interface HookChangeWish {
  readonly wish: "hook_change";
  readonly do: HookDeed;
  readonly which: string;
}

const DEEDS: Readonly<Record<string, HookDeed>> = {
  pause: "pause",
  suspend: "pause",
  resume: "resume",
  unpause: "resume",
  continue: "resume",
  test: "test",
  try: "test",
  end: "end",
  stop: "end",
  delete: "end",
  remove: "end",
  cancel: "end",
  "take over": "adopt",
  adopt: "adopt",
  retry: "retry",
};
const DEED = whole(
  String.raw`(?<deed>${Object.keys(DEEDS).join("|")}) (?:(?:the|my|our|that|this) )?(?:(?!(?:an?|new)\b)(?<which>[\w][\w.-]{0,30}(?: [\w][\w.-]{0,30}){0,3}?) )?(?:incoming )?(?:web-?)?hook`,
);

/** A wish to pause, test or end a hook, or undefined. */
export function readHookChange(said: string): HookChangeWish | undefined {
  const { deed = "", which = "" } = DEED.exec(said)?.groups ?? {};
  const doing = DEEDS[deed.toLowerCase()];
  return doing && { wish: "hook_change", do: doing, which: which.trim() };
}

import { fit, whole } from "./wish-words.ts";

/** A wish about a watch that there is, by words of what it watches; none where only one can be meant. */
export interface WatchChangeWish {
  readonly wish: "watch_change";
  readonly do: "end" | "pause";
  readonly which: string;
  /** It was called a watch: who has none is told so. */
  readonly isSure: boolean;
}

const THE = String.raw`(?:(?:the|my|our|that|this|all my|all) )?`;
const END = String.raw`(?:stop|end|cancel|quit|delete|remove|drop|turn off|switch off)`;
const NAMED = [
  whole(String.raw`(?<end>${END}) ${THE}(?:(?<which>.{2,60}?) )?watch(?:es)?`),
  whole(String.raw`(?<end>${END}) ${THE}watch (?:for|on|of|about) (?<which>.{2,60})`),
  whole(String.raw`(?:pause|suspend|mute|snooze) ${THE}(?:(?<which>.{2,60}?) )?watch(?:es)?`),
];
const SAID = whole(
  String.raw`(?<end>stop|quit|no longer) (?:watch(?:ing)?(?: (?:for|out for|whether|if|when))?|(?:tell|notify|alert|warn|ping)(?:ing)? me (?:when|whenever|if|about)) (?<which>.{2,80})`,
);
/** Nobody's watch is about these. */
const NOBODYS =
  /^(?:(?:it|this|that)$|(?:me|us|you|him|her|them|everyone|everybody|people|tv|television|apple|smart|your)\b)/i;

/** A wish to end a watch, or undefined. */
export function readWatchChange(said: string): WatchChangeWish | undefined {
  const named = fit(said, NAMED);
  const found = named ?? fit(said, [SAID]);
  const which = found?.["which"]?.trim() ?? "";
  if (found === undefined || NOBODYS.test(which)) return undefined;
  const isEnd = found["end"] !== undefined;
  return { wish: "watch_change", do: isEnd ? "end" : "pause", which, isSure: named !== undefined };
}

import type { HookFormat, HookScheme } from "#core/contract/hook.ts";
import { fit, whole } from "./wish-words.ts";
import type { SaidPlace } from "./wish-schedules.ts";

/** A wish that a program outside may post or ask something. Names are as they were typed. */
export interface HookWish {
  readonly wish: "hook";
  readonly title: string;
  readonly scheme: HookScheme;
  readonly format: HookFormat;
  readonly place: SaidPlace | undefined;
  /** The words it says, with fields in them. */
  readonly words?: string;
  /** What it runs instead: each value fixed, or the field it comes from. */
  readonly run?: { readonly module: string; readonly capability: string; readonly values: readonly SaidValue[] };
}

export type SaidValue = { readonly slot: string } & ({ readonly path: string } | { readonly is: string });

const WHERE = String.raw`(?: (?:here|(?:in|into|to|on) (?:here|this (?:channel|chat|conversation)|(?<me>me)|(?:the )?(?:channel )?(?<channel>#[\w-]+|<#[^>]+>)(?: channel)?)))?`;
const HOW = String.raw`(?<plain>,? (?:with|using|by) an? (?:plain|shared) (?:secret|token|header))?`;
const WORDS = String.raw`(?:(?::|,? (?:saying|as|with the words|in the words))? "(?<words>[^"]{1,250})")?`;
const WHO = String.raw`(?<who>[\w][\w .-]{0,30}?)(?: called "?(?<name>[\w][\w .-]{0,40}?)"?)?`;

const LET = [
  whole(
    String.raw`(?:let|allow) ${WHO} (?:to )?(?:post|write|report|send|tell|announce)(?: (?:its |their )?(?:events|news|alerts|updates|messages))?${WHERE}${HOW}${WORDS}`,
  ),
  whole(
    String.raw`(?:set up|create|make|add|open) (?:an? |new |a new )*(?:(?<who>[\w.-]{1,30}) )?(?:incoming )?web-?hook(?: (?:called|named) "?(?<name>[\w][\w .-]{0,40}?)"?)?${WHERE}${HOW}${WORDS}`,
  ),
];
const RUN = whole(
  String.raw`(?:let|allow) ${WHO} (?:to )?(?:run|ask|trigger|start|call) (?<module>[a-z][a-z0-9-]{0,39})[ .](?<capability>[A-Za-z][A-Za-z0-9]{0,39})(?: with (?<values>[A-Za-z]\w{0,40} ?= ?(?:\{\{[^{}]{1,200}\}\}|[^\s,{}]{1,60})(?:(?:,| and|,? and) ?[A-Za-z]\w{0,40} ?= ?(?:\{\{[^{}]{1,200}\}\}|[^\s,{}]{1,60})){0,5}))?${WHERE}${HOW}`,
);
const VALUE = /([A-Za-z]\w{0,40}) ?= ?(?:\{\{\s*([^{}]{1,200}?)\s*\}\}|([^\s,{}]{1,60}))/g;

/** A wish to let a program outside post or ask something, or undefined. */
export function readHookWish(said: string): HookWish | undefined {
  const run = fit(said, [RUN]);
  const found = run ?? fit(said, LET);
  const sender = found && senderOf(found["who"], found["plain"] !== undefined);
  if (found === undefined || sender === undefined) return undefined;
  const title = (found["name"] ?? sender.title).trim();
  const { channel, words, module, capability } = found;
  const place = found["me"] === undefined ? (channel === undefined ? "here" : { channel }) : "me";
  return {
    wish: "hook",
    ...sender,
    title,
    place,
    ...(words !== undefined && { words }),
    ...(module !== undefined &&
      capability !== undefined && { run: { module, capability, values: valuesIn(found["values"] ?? "") } }),
  };
}

type Sender = Pick<HookWish, "title" | "scheme" | "format">;

const SENDERS: Readonly<Record<string, Sender>> = {
  github: { title: "GitHub", scheme: "github", format: "github" },
  gitlab: { title: "GitLab", scheme: "gitlab", format: "gitlab" },
  alertmanager: { title: "Alertmanager", scheme: "shared", format: "alertmanager" },
  prometheus: { title: "Prometheus", scheme: "shared", format: "alertmanager" },
  grafana: { title: "Grafana", scheme: "shared", format: "alertmanager" },
  slack: { title: "Slack", scheme: "timestamped", format: "slack" },
  stripe: { title: "Stripe", scheme: "timestamped", format: "any" },
};
const ANY: Sender = { title: "Webhook", scheme: "standard", format: "any" };
const ANYBODY =
  /^(?:(?:an?|another|some|other|our|my|the) )?(?:outside |external )?(?:programs?|web-?hooks?|apps?|services?|scripts?|systems?|tools?|programs? outside)$/i;

/** “Let Bob post here” is not for us. */
function senderOf(who: string | undefined, isPlain: boolean): Sender | undefined {
  const name = who?.toLowerCase().replace(/^(?:the |our |my )/, "");
  const known = name === undefined || ANYBODY.test(name) ? ANY : SENDERS[name];
  return known && isPlain && known.scheme === "standard" ? { ...known, scheme: "shared" } : known;
}

function valuesIn(text: string): SaidValue[] {
  return [...text.matchAll(VALUE)].map(([, slot = "", path, is = ""]) =>
    path === undefined ? { slot, is } : { slot, path },
  );
}

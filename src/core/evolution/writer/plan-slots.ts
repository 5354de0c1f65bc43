import type { CredentialNeed } from "#core/contract/manifest.ts";
import type { Json } from "#core/contract/json.ts";
import type { ApiInput, ApiOperation } from "#core/evolution/api/api-description.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import { isReserved } from "./code/reserved.ts";
import { isDenied } from "./denied-keys.ts";
import type { Noun, SlotPlan } from "./plan.ts";
import { isSendable } from "./sendable-header.ts";
import { slotOf } from "./slot-of.ts";
import { camel, labelOf } from "./words.ts";

/** What an operation asks people for, what it always sends, and what it does without. */
export type SlotsPlan =
  | {
      readonly ok: true;
      readonly slots: readonly SlotPlan[];
      readonly fixed: readonly ApiInput[];
      readonly leftOut: readonly string[];
    }
  | { readonly ok: false; readonly why: string };

const MAX_OPTIONAL_READ = 4;
const MAX_OPTIONAL_WRITE = 6;
const MAX_REQUIRED = 10;

/** Decides what is asked for: what is required, and of the rest what people are likely to say. */
export function planSlots(operation: ApiOperation, noun: Noun, credentials: readonly CredentialNeed[]): SlotsPlan {
  const fixed: ApiInput[] = [];
  const leftOut: string[] = [];
  const required: ApiInput[] = [];
  const optional: ApiInput[] = [];
  for (const input of operation.inputs) {
    if (isCredential(input, operation, credentials)) continue;
    const only = onlyValue(input);
    if (input.fixed !== undefined || (input.required && only !== undefined)) {
      if (input.in === "header" && !isSendable(input.name)) {
        if (input.required) return { ok: false, why: `it needs the header ${input.name}, which no module may set` };
        continue;
      }
      fixed.push(input.fixed === undefined && only !== undefined ? { ...input, fixed: only } : input);
      continue;
    }
    const problem = problemOf(input);
    if (problem === undefined) (input.required ? required : optional).push(input);
    else if (input.required) return { ok: false, why: problem };
    else leftOut.push(input.name);
  }
  if (required.length > MAX_REQUIRED) return { ok: false, why: `it needs ${required.length} values for one call` };
  const paged = new Set(operation.paging === undefined ? [] : [operation.paging.input]);
  const most = operation.effect === "read" ? MAX_OPTIONAL_READ : MAX_OPTIONAL_WRITE;
  const ranked = optional.filter(isForPeople).toSorted((a, b) => worthOf(b, paged) - worthOf(a, paged));
  const kept = new Set(ranked.slice(0, most));
  leftOut.push(...optional.filter((input) => !kept.has(input)).map(({ name }) => name));
  const names = new Set<string>();
  const slots = [...required, ...optional.filter((input) => kept.has(input))].map((input) =>
    slotPlanOf(input, names, noun),
  );
  return { ok: true, slots, fixed, leftOut };
}

/** Whether a value is a key that the host adds itself: nobody is asked for it. */
function isCredential(
  { name, in: place }: ApiInput,
  { server }: ApiOperation,
  credentials: readonly CredentialNeed[],
): boolean {
  const { hostname } = new URL(server);
  const own = credentials.filter(({ host }) => host === hostname);
  if (place === "query") return own.some(({ query }) => query === name);
  return place === "header" && own.some(({ header }) => header?.toLowerCase() === name.toLowerCase());
}

/** The one word that a required value can only be. */
function onlyValue({ schema }: ApiInput): Json | undefined {
  const [only, second] = schema.enum ?? [];
  return second === undefined && only !== null ? only : undefined;
}

function problemOf({ name, in: place, at, schema }: ApiInput): string | undefined {
  if (place === "header" && !isSendable(name)) return `it needs the header ${name}, which no module may set`;
  if (place === "body" && at.some(isDenied)) return `it needs a value called ${name}, which no module may write`;
  const inner = schema.type === "array" ? (schema.items?.type ?? "string") : schema.type;
  const isDeep = inner === "object" || (schema.type === "array" && inner === "array");
  if (isDeep && (place === "path" || place === "header")) return `it wants a whole object as ${name} in its ${place}`;
  return undefined;
}

/** What nobody would think of saying is left to the source: headers, settings of the wire, JSON. */
function isForPeople({ name, in: place, schema }: ApiInput): boolean {
  if (place === "header" || schema.type === "object" || schema.type === "any") return false;
  return !wordsOf(name).some((word) => WIRE.has(word));
}

const WIRE: ReadonlySet<string> = new Set(
  `callback jsonp pretty prettyprint indent envelope fields expand embed include exclude select format accept userip quotauser
   alt trace debug nonce signature timestamp etag version dryrun idempotency projection populate locale`.split(/\s+/),
);

function worthOf({ name, in: place, description }: ApiInput, paged: ReadonlySet<string>): number {
  if (paged.has(name)) return 20;
  const words = wordsOf(name);
  const index = USEFUL.findIndex((wanted) => words.some((word) => wanted.includes(word)));
  return (index < 0 ? 0 : 12 - index) + (place === "body" ? 1 : 0) + (description === "" ? 0 : 1);
}

const USEFUL: readonly (readonly string[])[] = [
  ["q", "query", "search", "keyword", "text", "term"],
  ["name", "title", "subject", "message", "description", "content", "body"],
  ["status", "state", "priority"],
  ["type", "category", "kind", "tag", "tags", "label", "labels", "genre"],
  ["date", "from", "to", "since", "until", "start", "end", "after", "before", "due", "year"],
  ["limit", "size", "count", "top", "max", "per"],
  ["country", "city", "language", "lang", "currency", "location"],
  ["sort", "order"],
];

function slotPlanOf(input: ApiInput, taken: Set<string>, noun: Noun): SlotPlan {
  const name = uniqueName(input, taken);
  const label =
    input.in === "path" && /^(?:id|key|name|slug|code)$/i.test(input.name)
      ? `${noun.one} ${labelOf(input.name)}`
      : labelOf(input.name);
  const { slot, form, sample } = slotOf(input, label);
  return { name, label, input, slot, required: input.required, form, sample };
}

/** Two inputs of one name, in path and query, are told apart by where they go. */
function uniqueName(input: ApiInput, taken: Set<string>): string {
  const base = camel(input.name === "" || (input.at.length === 0 && input.in === "body") ? "body" : input.name);
  const safe = isDenied(base) || isReserved(base) ? `${base}Value` : base;
  const way = camel(input.at.slice(-2).join(" ") || `${input.in} ${input.name}`);
  const candidates = [safe, isDenied(way) ? `${way}Value` : way];
  let found = candidates.find((name) => !taken.has(name)) ?? safe;
  for (let count = 2; taken.has(found); count += 1) found = `${safe.slice(0, 36)}${count}`;
  taken.add(found);
  return found;
}

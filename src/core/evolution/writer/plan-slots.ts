import type { CredentialNeed, Slot } from "#core/contract/manifest.ts";
import type { Json } from "#core/contract/json.ts";
import type { ApiInput, ApiOperation, ApiSchema } from "#core/evolution/api/api-description.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import { isReserved } from "./code/reserved.ts";
import { isDenied } from "./denied-keys.ts";
import type { Noun, SlotForm, SlotPlan } from "./plan.ts";
import { isSendable } from "./sendable-header.ts";
import { readIdPattern } from "./id-pattern.ts";
import { sampleOf } from "./sample.ts";
import { camel, capital, firstSentence, labelOf } from "./words.ts";

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
const MAX_WORDS = 25;
/** Of a text in an address: several of them, escaped, stay below the 2,048 characters an address may have. */
const LONGEST_IN_ADDRESS = 120;
const LONGEST_IN_BODY = 1_000;

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
  if (place === "path" && (schema.type === "array" || schema.type === "object")) return undefined;
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

interface Slotted {
  readonly slot: Slot;
  readonly form: SlotForm;
  readonly sample: Json;
}

function slotOf(input: ApiInput, label: string): Slotted {
  const { schema } = input;
  const said = firstSentence(input.description === "" ? (schema.description ?? "") : input.description, 140);
  const common = { description: said === "" ? capital(label) : said, ask: `Which ${label}?` };
  const words = wordsFor(schema);
  if (words !== undefined) {
    const ask = `Which ${label}: ${words.slice(0, 6).join(", ")}${words.length > 6 ? " …" : ""}?`;
    const isNumeric = schema.type === "integer" || schema.type === "number";
    const asked = { ...common, ask: ask.length > 200 ? common.ask : ask };
    return {
      slot: { type: "enum", ...asked, values: [...words] },
      form: isNumeric ? "numberWord" : "plain",
      sample: words[0] ?? "",
    };
  }
  switch (schema.type) {
    case "boolean":
      return {
        slot: {
          type: "enum",
          ...common,
          ask: `${capital(label)}: yes or no?`,
          values: ["yes", "no"],
          synonyms: YES_NO,
        },
        form: "yesNo",
        sample: "yes",
      };
    case "integer":
    case "number":
      return { slot: { type: "number", ...common, ...boundsOf(schema) }, form: "plain", sample: numberSample(input) };
    case "array":
      return listSlot(input, label, common);
    case "object":
    case "any":
      return schema.type === "any" && input.in !== "body"
        ? textSlot(input, label, common)
        : {
            slot: {
              type: "text",
              description: common.description,
              ask: `Which ${label}, as JSON?`,
              maxLength: LONGEST_IN_BODY,
            },
            form: "json",
            sample: JSON.stringify(input.example ?? jsonSample(input)),
          };
    case "string":
      return stringSlot(input, label, common);
    default:
      return schema.type satisfies never;
  }
}

type Common = { readonly description: string; readonly ask: string };

const YES_NO = { yes: ["true", "on"], no: ["false", "off"] };

/** The words of an enum that are fit to be said: two or more, short, told apart whatever their case. */
function wordsFor({ enum: values, type }: ApiSchema): string[] | undefined {
  if (values === undefined || type === "boolean" || type === "array" || type === "object") return undefined;
  const words = values.flatMap((value) =>
    typeof value === "string" || typeof value === "number" ? [String(value)] : [],
  );
  const fit = words.filter((word) => word.trim() === word && /^[\p{L}\p{N}][\p{L}\p{N} ._:/+-]{0,59}$/u.test(word));
  const apart = new Set(fit.map((word) => word.toLowerCase()));
  return fit.length === values.filter((value) => value !== null).length &&
    apart.size === fit.length &&
    fit.length >= 2 &&
    fit.length <= MAX_WORDS
    ? fit
    : undefined;
}

function boundsOf(schema: ApiSchema): { integer?: boolean; minimum?: number; maximum?: number } {
  const { minimum, maximum } = schema;
  const isSound = minimum === undefined || maximum === undefined || minimum <= maximum;
  return {
    ...(schema.type === "integer" ? { integer: true } : {}),
    ...(minimum !== undefined && isSound ? { minimum } : {}),
    ...(maximum !== undefined && isSound ? { maximum } : {}),
  };
}

function numberSample({ schema, example, name }: ApiInput): number {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const fits = (value: Json | undefined): value is number =>
    typeof value === "number" &&
    value >= minimum &&
    value <= maximum &&
    (schema.type !== "integer" || Number.isInteger(value));
  for (const value of [example, schema.example, schema.default]) if (fits(value)) return value;
  const made = sampleOf(schema, name, 0);
  return typeof made === "number" ? made : 7;
}

function listSlot(input: ApiInput, label: string, common: Common): Slotted {
  const { items } = input.schema;
  const kind = items?.type ?? "string";
  if (kind === "object" || kind === "array") {
    return {
      slot: {
        type: "text",
        description: common.description,
        ask: `Which ${label}, as JSON?`,
        maxLength: LONGEST_IN_BODY,
      },
      form: "json",
      sample: JSON.stringify(input.example ?? jsonSample(input)),
    };
  }
  const isNumeric = kind === "integer" || kind === "number";
  const given = Array.isArray(input.example) ? input.example : [];
  const made = [0, 1].map((turn) => sampleOf(items ?? { type: "string" }, labelOf(input.name), turn));
  const parts = (given.length > 0 ? given : made).slice(0, 2).map((part) => String(part).replaceAll(",", " "));
  const fits = isNumeric
    ? parts.filter((part) => part !== "" && Number.isFinite(Number(part)))
    : parts.filter((part) => part.trim() !== "");
  const sample = fits.length > 0 ? fits.map((part) => part.trim()).join(",") : isNumeric ? "1,2" : "one,two";
  return {
    slot: {
      type: "text",
      description: common.description,
      ask: `Which ${label}? Several are parted by commas.`,
      after: afterOf(label),
      maxLength: longest(input),
    },
    form: isNumeric ? "numbers" : "texts",
    sample,
  };
}

function stringSlot(input: ApiInput, label: string, common: Common): Slotted {
  const { schema } = input;
  if (schema.format === "date")
    return { slot: { type: "date", ...common, ask: `Which ${label}?` }, form: "plain", sample: "2026-01-15" };
  if (schema.format === "date-time") {
    return { slot: { type: "dateTime", ...common }, form: "plain", sample: "2026-01-15T09:30:00Z" };
  }
  const id = readIdPattern(schema);
  if (id !== undefined)
    return { slot: { type: "id", ...common, pattern: id.pattern }, form: "plain", sample: id.sample };
  return textSlot(input, label, common);
}

function textSlot(input: ApiInput, label: string, common: Common): Slotted {
  const maxLength = Math.max(1, Math.min(longest(input), input.schema.maxLength ?? Infinity));
  return {
    slot: { type: "text", ...common, after: afterOf(label), maxLength },
    form: "plain",
    sample: textSample(input, label, maxLength),
  };
}

function longest({ in: place }: ApiInput): number {
  return place === "body" ? LONGEST_IN_BODY : LONGEST_IN_ADDRESS;
}

/** The words a value follows: “name Rex”, “called Rex”. */
function afterOf(label: string): string[] {
  const small = label.toLowerCase();
  const short = small.replace(/\s(?:id|name|key)$/, "");
  const called = /(?:name|title)$/.test(small) ? ["called", "named"] : [];
  const about = /^(?:q|query|search|keywords?|term|text)$/.test(small) ? ["for", "about"] : [];
  return [...new Set([small, short, ...called, ...about])].filter((word) => word.length > 1);
}

function textSample({ in: place, example, schema, name }: ApiInput, label: string, maxLength: number): string {
  const said = [example, schema.example, schema.default].find(
    (value): value is string => typeof value === "string" && value.trim() !== "" && value.length <= maxLength,
  );
  const made = said ?? String(sampleOf({ ...schema, type: "string" }, labelOf(name), 0));
  const plain = (
    place === "path" || place === "header" ? made.normalize("NFKD").replaceAll(/[^A-Za-z0-9 ._-]+/g, "") : made
  ).trim();
  const isOdd = plain === "" || /^\.{1,2}$/.test(plain) || plain.length > maxLength;
  return isOdd ? label.replaceAll(/[^A-Za-z0-9]+/g, "").slice(0, maxLength) || "x" : plain;
}

function jsonSample({ schema, name }: ApiInput): Json {
  const made = sampleOf(schema, name, 0);
  return typeof made === "object" && made !== null ? made : { [labelOf(name)]: 1 };
}

import type { Slot } from "#core/contract/manifest.ts";
import type { Json } from "#core/contract/json.ts";
import type { ApiInput, ApiSchema } from "#core/evolution/api/api-description.ts";
import { readIdPattern } from "./id-pattern.ts";
import type { SlotForm } from "./plan.ts";
import { isWhole, sampleOf } from "./sample.ts";
import { spelled } from "./spelled.ts";
import { capital, firstSentence, labelOf } from "./words.ts";

const MAX_WORDS = 25;
/** Of a text in an address: several of them, escaped, stay below the 2,048 characters an address may have. */
const LONGEST_IN_ADDRESS = 120;
const LONGEST_IN_BODY = 1_000;

/** A slot, how its value is sent, and a value that fits. */
export interface Slotted {
  readonly slot: Slot;
  readonly form: SlotForm;
  readonly sample: Json;
}

/** The slot that asks for an input. @param label as people call it */
export function slotOf(input: ApiInput, label: string): Slotted {
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
    ...(isWhole(schema) ? { integer: true } : {}),
    ...(minimum !== undefined && isSound ? { minimum } : {}),
    ...(maximum !== undefined && isSound ? { maximum } : {}),
  };
}

function numberSample({ schema, example, name }: ApiInput): number {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const fits = (value: Json | undefined): value is number =>
    typeof value === "number" && value >= minimum && value <= maximum && (!isWhole(schema) || Number.isInteger(value));
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
  const parts = (given.length > 0 ? given : made).slice(0, 2).map((part) => spelled(part).replaceAll(",", " "));
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

function textSample(input: ApiInput, label: string, maxLength: number): string {
  const { in: place, example, schema, name } = input;
  if (input.spans) return partsSample(input, label, maxLength);
  const said = [example, schema.example, schema.default].find(
    (value): value is string => typeof value === "string" && value.trim() !== "" && value.length <= maxLength,
  );
  const made = said ?? spelled(sampleOf({ ...schema, type: "string" }, labelOf(name), 0));
  const plain = (
    place === "path" || place === "header" ? made.normalize("NFKD").replaceAll(/[^A-Za-z0-9 ._-]+/g, "") : made
  ).trim();
  const isOdd = plain === "" || /^\.{1,2}$/.test(plain) || plain.length > maxLength;
  return isOdd ? label.replaceAll(/[^A-Za-z0-9]+/g, "").slice(0, maxLength) || "x" : plain;
}

/** Several parts of a path, of plain characters. */
function partsSample({ example, schema, name }: ApiInput, label: string, maxLength: number): string {
  const said = [example, schema.example, schema.default].find((value) => typeof value === "string");
  const parts = spelled(said ?? sampleOf({ ...schema, type: "string" }, labelOf(name), 0))
    .split("/")
    .map((part) => part.replaceAll(/[^A-Za-z0-9 _-]+/g, "").trim())
    .filter((part) => part !== "");
  const [kind = label, id = "1", ...rest] = parts;
  const whole = [kind, id, ...rest].join("/");
  return whole.length <= maxLength ? whole : "a/1";
}

function jsonSample({ schema, name }: ApiInput): Json {
  const made = sampleOf(schema, name, 0);
  return typeof made === "object" && made !== null ? made : { [labelOf(name)]: 1 };
}

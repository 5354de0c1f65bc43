import { importLine } from "./literal.ts";
import type { Needs } from "./needs.ts";

/** `asked.ts`: what people say, as the source wants it. Empty when nothing has to be done about it. */
export function askedFile(needs: Needs): string {
  const parts: string[] = [];
  if (needs.unfit)
    parts.push([importLine(["Failed"], "./source.ts").replace("import", "import type"), "", UNFIT].join("\n"));
  if (needs.pathParts) parts.push(PATH_PART);
  if (needs.spans) parts.push(PATH_PARTS);
  if (needs.headerParts) parts.push(HEADER_PART);
  if (needs.query) parts.push(QUERY_OF);
  if (needs.pairs) parts.push(PAIRS_OF);
  if (needs.given) parts.push(GIVEN);
  if (needs.yesNo) parts.push(YES_NO);
  if (needs.numberWords) parts.push(NUMBER_OF);
  if (needs.texts) parts.push(TEXTS_OF);
  if (needs.numbers) parts.push(NUMBERS_OF);
  if (needs.json) parts.push(JSON_OF);
  return parts.length === 0 ? "" : `${parts.join("\n\n")}\n`;
}

const UNFIT = `/** A value that is missing or does not fit: NEXUS asks for it again. */
export function unfit(slot: string, say: string): Failed {
  return { error: { code: "slot_invalid", slot, say } };
}`;

const PATH_PART = `/** A value as one part of a path; undefined for what is missing or would lead elsewhere. */
export function pathPart(value: string | number | boolean | undefined): string | undefined {
  const text = String(value ?? "");
  const leadsElsewhere = /^\\.{0,2}$/.test(text) || /[/\\\\%\\p{C}]/u.test(text);
  return leadsElsewhere ? undefined : encodeURIComponent(text);
}`;

const PATH_PARTS = `/** A value as parts of a path, with the slashes between them; undefined for what is missing or would lead elsewhere. */
export function pathParts(value: string | number | boolean | undefined): string | undefined {
  const parts = String(value ?? "").split("/").map(pathPart);
  return parts.includes(undefined) ? undefined : parts.join("/");
}`;

const HEADER_PART = `/** A value as a header holds it; undefined for what is missing or no header can hold. */
export function headerPart(value: string | number | boolean | undefined): string | undefined {
  const text = String(value ?? "");
  return /^[ -~]+$/.test(text) ? text : undefined;
}`;

const QUERY_OF = `/** A query of what was given; nothing when nothing was. */
export function queryOf(pairs: readonly Pair[]): string {
  const query = pairsOf(pairs);
  return query === "" ? "" : \`?\${query}\`;
}`;

const PAIRS_OF = `type Plain = string | number | boolean;

/** A name and its value; of a list one for each. */
export type Pair = readonly [string, Plain | readonly Plain[] | undefined];

/** Names and values as addresses and forms have them, those that were given. */
export function pairsOf(pairs: readonly Pair[]): string {
  const given = pairs.flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one].map(escaped).join("=")));
  return given.join("&");
}

/** Half of a character cannot be sent. */
function escaped(value: Plain): string {
  return encodeURIComponent(String(value).replace(/\\p{Cs}/gu, ""));
}`;

const GIVEN = `/** What was given of several values; undefined when nothing was. */
export function given(values: Readonly<Record<string, unknown>>): unknown {
  return Object.values(values).some((value) => value !== undefined) ? values : undefined;
}`;

const YES_NO = `/** Yes or no as a truth value. */
export function yesNo(word: string | undefined): boolean | undefined {
  return word === undefined ? undefined : word === "yes";
}`;

const NUMBER_OF = `/** The number that a word of a choice stands for. */
export function numberOf(word: string | undefined): number | undefined {
  return word === undefined ? undefined : Number(word);
}`;

const TEXTS_OF = `/** Values parted by commas. */
export function textsOf(text: string | undefined): string[] | undefined {
  const parts = text?.split(",").map((part) => part.trim());
  return parts?.filter((part) => part !== "");
}`;

const NUMBERS_OF = `/** Numbers parted by commas; one that is none is NaN. */
export function numbersOf(text: string | undefined): number[] | undefined {
  return textsOf(text)?.map(Number);
}`;

const JSON_OF = `/** A text as JSON; undefined when it is missing or none. */
export function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}`;

import type { Json } from "#core/contract/json.ts";
import { isObject } from "./fields.ts";

/** Something about one entry of a list that was otherwise at the look before. */
export type News =
  | { readonly what: "new" | "gone"; readonly name: string }
  | { readonly what: "moved"; readonly name: string; readonly from: string; readonly to: string };

/** What tells an entry from the others, in the order it is looked for. */
const NAMES = ["id", "key", "number", "url", "name", "title", "date", "day"];
/** What a person calls it by. */
const SPOKEN = ["title", "name", "key", "number", "id", "date", "day"];
const TIMES = ["start", "firstDay", "at", "due", "time"];

/** Every entry of a list by what tells it from the others; the second of one name is another entry. */
export function entriesOf(list: readonly Json[]): Map<string, Json> {
  const entries = new Map<string, Json>();
  for (const entry of list) {
    const name = identity(entry);
    let unique = name;
    for (let count = 2; entries.has(unique); count++) unique = `${name} (${count})`;
    entries.set(unique, entry);
  }
  return entries;
}

/** When an entry is; undefined where it does not say. */
export function timeOf(entry: Json | undefined): string | undefined {
  if (!isObject(entry)) return undefined;
  const found = TIMES.map((name) => entry[name]).find((value) => typeof value === "string");
  return typeof found === "string" ? found : undefined;
}

/** What a person calls an entry. */
export function spokenName(entry: Json): string {
  if (!isObject(entry)) return plain(entry);
  const found = SPOKEN.map((name) => entry[name]).find((value) => value !== undefined && value !== null);
  return plain(found ?? entry);
}

/** Whether the words stand in any of an entry's values. */
export function hasWords(entry: Json, words: string): boolean {
  const wanted = words.toLowerCase();
  const texts = isObject(entry) ? Object.values(entry) : [entry];
  return texts.some(
    (text) => (typeof text === "string" || typeof text === "number") && String(text).toLowerCase().includes(wanted),
  );
}

/** Whether an entry is the one of that name or number. */
export function isNamed(entry: Json, name: string): boolean {
  const names = isObject(entry) ? NAMES.map((key) => entry[key]) : [entry];
  return names.some((one) => (typeof one === "string" || typeof one === "number") && String(one) === name);
}

function identity(entry: Json): string {
  if (!isObject(entry)) return plain(entry);
  const found = NAMES.map((name) => entry[name]).find(
    (value) => typeof value === "string" || typeof value === "number",
  );
  return plain(found ?? entry);
}

function plain(value: Json): string {
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, 200);
}

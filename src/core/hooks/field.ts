import type { HookPath } from "#core/contract/hook.ts";
import type { Json } from "#core/contract/json.ts";

/** What stands at a path; undefined where nothing does. Only what was sent counts, nothing that an object has by nature. */
export function fieldAt(body: Json, path: HookPath): Json | undefined {
  let at: Json | undefined = body;
  for (const name of path.split(".")) {
    if (Array.isArray(at)) at = /^\d{1,4}$/.test(name) ? at[Number(name)] : undefined;
    else if (typeof at === "object" && at !== null && Object.hasOwn(at, name)) at = at[name];
    else return undefined;
  }
  return at;
}

/** A value in one line; undefined for what says nothing. */
export function wordsOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? undefined : clip(line, LONGEST);
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

const LONGEST = 300;

import type { Needs } from "./needs.ts";

/** `json.ts`: finding one's way in what a source sends. */
export function jsonFile(needs: Needs): string {
  const parts = [AT];
  if (needs.lists) parts.push(LIST_AT);
  parts.push(BRIEF);
  if (needs.lists || needs.objects || needs.values) parts.push(CELL);
  return `${parts.join("\n\n")}\n`;
}

const AT = `/** The value at the end of a way of keys; undefined where there is none. */
export function at(value: unknown, way: readonly string[]): unknown {
  return way.reduce((found, key) => (isObject(found) ? new Map(Object.entries(found)).get(key) : undefined), value);
}

/** Whether a value has keys of its own. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}`;

const LIST_AT = `/**
 * The list at the end of a way, or the whole answer when that is the list. It is empty when it was left out and nothing
 * else is there but what may stand along with it; undefined when the answer is something else.
 */
export function listAt(value: unknown, way: readonly string[], along: readonly string[]): readonly unknown[] | undefined {
  const found = at(value, way);
  if (found === null || isLeftOut(at(value, way.slice(0, -1)), along)) return [];
  const list = [found, value].find((one) => Array.isArray(one));
  // Sources that keep XML write a list of one as the one.
  return list ?? (isObject(found) && way.length > 0 ? [found] : undefined);
}

function isLeftOut(value: unknown, along: readonly string[]): boolean {
  return isObject(value) && Object.keys(value).every((key) => along.includes(key));
}`;

const BRIEF = `/** A text on one line and cut to length. */
export function brief(text: string, chars: number): string {
  const line = text.replace(/\\s+/g, " ").trim();
  return line.length > chars ? \`\${line.slice(0, chars)}…\` : line;
}`;

const CELL = `/** A value as people read it: nothing of what has parts of its own, and of a list its first five. */
export function cell(value: unknown): string | number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return brief(value, 80);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.slice(0, 5).map(cell).filter((one) => one !== "").join(", ") : "";
}`;

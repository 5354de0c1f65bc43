import type { Json } from "#core/contract/json.ts";

/** The value at the end of a way into a JSON value; undefined where the way ends before. */
export function valueAt(value: Json | undefined, way: readonly string[]): Json | undefined {
  let found = value;
  for (const step of way) {
    if (typeof found !== "object" || found === null || Array.isArray(found) || !Object.hasOwn(found, step))
      return undefined;
    found = found[step];
  }
  return found;
}

/** A copy of a JSON object with another value at the end of a way, which is made where it is not there. */
export function withValueAt(value: Json, way: readonly string[], put: Json): Json {
  const [first, ...rest] = way;
  if (first === undefined) return put;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const pairs = isObject ? Object.entries(value) : [];
  const below = pairs.find(([name]) => name === first)?.[1];
  const changed = withValueAt(below ?? {}, rest, put);
  if (below === undefined) return Object.fromEntries([...pairs, [first, changed]]);
  return Object.fromEntries(pairs.map(([name, value]) => [name, name === first ? changed : value]));
}

import type { Json } from "#core/contract/json.ts";
import type { ValuePath } from "#core/contract/watch.ts";
import { plainName, type Unit, unitOf } from "./units.ts";

/** One value of what a capability answered, as something that can be watched. */
export interface Field {
  readonly path: ValuePath;
  /** As a person reads it. */
  readonly name: string;
  readonly kind: "number" | "text" | "boolean" | "list" | "empty";
  readonly value: Json;
  readonly unit: Unit | undefined;
}

/** The values in what a capability answered that can be watched, the outer ones first. */
export function fieldsOf(data: Json | undefined): Field[] {
  return data === undefined ? [] : below([], data).slice(0, MOST);
}

/** The value at a path; undefined where there is none. */
export function valueAt(data: Json | undefined, path: ValuePath): Json | undefined {
  let value = data;
  for (const key of path) {
    if (Array.isArray(value)) value = key === LENGTH ? value.length : value[Number(key)];
    else if (isObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return undefined;
  }
  return value;
}

/** A value's name as a person reads it. */
export function nameAt(path: ValuePath): string {
  const last = path.at(-1);
  if (last === undefined) return "the answer";
  if (last === LENGTH) return `number of ${nameAt(path.slice(0, -1))}`;
  return plainName(last);
}

/** The unit of a value, by its name. */
export function unitAt(path: ValuePath): Unit | undefined {
  return unitOf(path.at(-1) ?? "");
}

const MOST = 60;
const DEEPEST = 3;
const LENGTH = "length";

function below(path: ValuePath, value: Json): Field[] {
  const field = (kind: Field["kind"]): Field => ({ path, name: nameAt(path), kind, value, unit: unitAt(path) });
  if (typeof value === "number") return [field("number")];
  if (typeof value === "boolean") return [field("boolean")];
  if (typeof value === "string") return [field("text")];
  if (value === null) return [field("empty")];
  if (Array.isArray(value)) return [field("list")];
  if (path.length >= DEEPEST) return [];
  return Object.entries(value).flatMap(([key, inner]) => below([...path, key], inner));
}

/** Whether a value has names of its own. */
export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value read from a stranger's document is an object with named parts. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A part of an object by its own name, never one it inherited; undefined of anything else. */
export function part(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The part at the end of a way of names and places. */
export function partAt(value: unknown, way: readonly string[]): unknown {
  let found = value;
  for (const step of way) {
    found = Array.isArray(found) && /^\d{1,6}$/.test(step) ? found[Number(step)] : part(found, step);
  }
  return found;
}

/** A part that is a text with something in it. */
export function text(value: unknown, name: string): string | undefined {
  const found = part(value, name);
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}

/** A part that is a finite number. */
export function number(value: unknown, name: string): number | undefined {
  const found = part(value, name);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** A part that is a list; an empty one if it is anything else. */
export function list(value: unknown, name: string): readonly unknown[] {
  const found = part(value, name);
  return Array.isArray(found) ? found : [];
}

/** The named parts of a part, in the order of the document; none if it is anything else. */
export function entries(value: unknown, name: string): readonly (readonly [string, unknown])[] {
  return named(part(value, name));
}

/** The named parts of an object, in the order of the document; none of anything else. */
export function named(value: unknown): readonly (readonly [string, unknown])[] {
  // a name that changes an object's nature is no name
  return isRecord(value) ? Object.entries(value).filter(([name]) => name !== "__proto__") : [];
}

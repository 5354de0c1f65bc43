/** The value under a key, if there is one. */
export function get(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

/** The text under a key, if there is one. */
export function text(value: unknown, key: string): string | undefined {
  const found = get(value, key);
  return typeof found === "string" ? found : undefined;
}

/** The number under a key, if there is one. */
export function count(value: unknown, key: string): number | undefined {
  const found = get(value, key);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** The list under a key, else an empty one. */
export function list(value: unknown, key: string): unknown[] {
  const found = get(value, key);
  return Array.isArray(found) ? found : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

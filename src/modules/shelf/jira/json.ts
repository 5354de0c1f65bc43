/** The value under a key, if there is one. */
export function get(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

/** The text under a key, unless it is empty. */
export function textAt(value: unknown, key: string): string | undefined {
  const text = get(value, key);
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value has keys of its own. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value under a key, if there is one. */
export function get(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

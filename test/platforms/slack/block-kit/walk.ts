/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every object in a value, itself first, with the name it hangs on. */
export function* walk(value: unknown, name = ""): Generator<{ readonly object: JsonObject; readonly name: string }> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item, name);
    return;
  }
  if (!isObject(value)) return;
  yield { object: value, name };
  for (const [key, inner] of Object.entries(value)) yield* walk(inner, key);
}

/** What a path such as `title.text` leads to; lists on the way are entered, `*` enters one that holds lists. */
export function follow(value: unknown, path: readonly string[]): readonly unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (step === "*") return Array.isArray(value) ? value.flatMap((item) => follow(item, rest)) : [];
  if (Array.isArray(value)) return value.flatMap((item) => follow(item, path));
  if (!isObject(value) || value[step] === undefined) return [];
  return follow(value[step], rest);
}

import type { Nexus } from "#core/contract/module.ts";

/** The content of one of the person's files, or of the bundle's; undefined when there is no such file. */
export async function readJson(path: string, nexus: Nexus): Promise<unknown> {
  const text = await nexus.files.read(path);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return value;
}

/** Keeps a value as one of the person's files. */
export async function writeJson(path: string, value: unknown, nexus: Nexus): Promise<void> {
  await nexus.files.write(path, JSON.stringify(value));
}

/** Whether a value has keys of its own. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value under a key, if there is one. */
export function get(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

/** The value if it is a list, else an empty one. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list. */
export function strings(value: unknown): string[] {
  return listOf(value).filter((one): one is string => typeof one === "string");
}

import type { ApiSchema } from "#core/evolution/api/api-description.ts";

/**
 * The form of an identifier, when it has one by which it is known in a sentence: a UUID, or a plain pattern of letters and
 * digits with at least one digit in it. Other patterns of strangers are not run anywhere.
 */
export function readIdPattern({
  format,
  pattern,
}: ApiSchema): { readonly pattern: string; readonly sample: string } | undefined {
  if (format === "uuid") return { pattern: UUID, sample: "3f2b8c1e-5a47-4d09-9b6e-2c81f7d4a060" };
  if (pattern === undefined || pattern.length > 100) return undefined;
  const bare = pattern.replace(/^\^/, "").replace(/\$$/, "");
  const parts = [...bare.matchAll(PART)];
  if (parts.map(([part]) => part).join("") !== bare || parts.length > 12) return undefined;
  const sample = parts
    .map(([, what = "", least]) => letterOf(what).repeat(least === undefined ? 1 : Number(least)))
    .join("");
  const isKnown =
    parts.some(([, what = "", least]) => /\d/.test(letterOf(what)) && Number(least ?? 1) >= 1) &&
    sample.length >= 4 &&
    sample.length <= 64;
  return isKnown && new RegExp(`^(?:${bare})$`).test(sample) ? { pattern: bare, sample } : undefined;
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/** A letter or digit, a class of them with dashes for ranges only, each as often as an exact count says. */
const PART = /([A-Za-z0-9_-]|\\d|\[(?:[a-zA-Z0-9]-[a-zA-Z0-9]|\\d|[A-Za-z0-9])+\])(?:\{(\d{1,2})\})?/g;

function letterOf(what: string): string {
  if (what === "\\d") return "7";
  if (!what.startsWith("[")) return what;
  return what.includes("0-9") || what.includes("\\d") ? "7" : (what[1] ?? "a");
}

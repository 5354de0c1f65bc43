/** What a text may be the description of an API in. */
export type DescriptionKind = "openapi" | "graphql" | "mcp";

/**
 * What a text seems to be, from the look of it alone. Nothing is parsed: a stranger's text can be made to be read for
 * minutes, and is read in a process of its own only.
 */
export function looksLike(text: string): DescriptionKind | undefined {
  if (/^\uFEFF?\s*</.test(text.slice(0, 1_000))) return undefined;
  const isJson = /^\uFEFF?\s*\{/.test(text.slice(0, 1_000));
  const head = text.slice(0, 4_000);
  if (isJson && /"__schema"\s*:\s*\{/.test(head)) return "graphql";
  if (isJson ? IN_JSON.test(text) : IN_YAML.test(text)) return "openapi";
  return isJson && /"tools"\s*:\s*\[/.test(head) ? "mcp" : undefined;
}

/** A version, or paths that begin with a slash. Keys are often sorted, so it may stand anywhere. */
const IN_JSON = /[{,]\s{0,40}["']?(?:(?:openapi|swagger)["']?\s{0,9}:\s{0,9}["']?[123]|paths["']?\s{0,9}:\s{0,9}\{)/;
const IN_YAML = /^["']?(?:(?:openapi|swagger)["']?[ \t]{0,9}:[ \t]{0,9}["']?[123]|paths["']?[ \t]{0,9}:)/m;

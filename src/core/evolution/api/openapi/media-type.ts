/** What kind of thing a media type stands for, as far as a module cares. */
export type MediaKind = "json" | "form" | "text" | "any" | "file";

/** The kind of a media type, however carelessly it is written. */
export function mediaTypeOf(written: string): MediaKind {
  const type = written.split(";")[0]?.trim().toLowerCase() ?? "";
  if (/[/+-]json$|^json$|^(?:text|application)\/(?:x-)?json/.test(type) && !/json-seq|ndjson|jsonl/.test(type))
    return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "*/*" || type === "" || type === "application/*") return "any";
  if (/^text\/|[/+]xml$|\/(?:yaml|x-yaml|javascript|x-ndjson|graphql)$|^(?:plain|html)$/.test(type)) return "text";
  return "file";
}

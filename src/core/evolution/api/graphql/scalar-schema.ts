import type { ApiSchema } from "#core/evolution/api/api-description.ts";

/** The schema of a scalar by its name; what a server made up itself is a text, unless its name says otherwise. */
export function scalarSchema(name: string): ApiSchema {
  switch (name) {
    case "Int":
      return { type: "integer" };
    case "Float":
      return { type: "number" };
    case "Boolean":
      return { type: "boolean" };
    case "String":
    case "ID":
      return { type: "string" };
    default:
      return custom(name);
  }
}

function custom(name: string): ApiSchema {
  if (/^(?:Date|LocalDate|ISO8601Date)$/i.test(name)) return { type: "string", format: "date" };
  if (/date|time|instant/i.test(name)) return { type: "string", format: "date-time" };
  if (/^(?:big|u|unsigned|long|positive|non)?-?(?:int|long)\w*$/i.test(name)) return { type: "integer" };
  if (/^(?:decimal|float|double|money|number)\w*$/i.test(name)) return { type: "number" };
  if (/json|object|map|any$/i.test(name)) return { type: "any" };
  if (/^(?:url|uri)$/i.test(name)) return { type: "string", format: "uri" };
  if (/^uuid$/i.test(name)) return { type: "string", format: "uuid" };
  return { type: "string" };
}

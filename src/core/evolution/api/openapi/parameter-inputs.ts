import type { ApiInput, ApiSchema } from "#core/evolution/api/api-description.ts";
import { entries, isRecord, named, part, text } from "#core/evolution/api/look.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { toJson } from "#core/evolution/api/to-json.ts";
import { fit } from "./fit.ts";
import type { Parameter } from "./parameter.ts";
import { OperationRefused, type Reading } from "./reading.ts";
import { readSchema } from "./schema.ts";

/**
 * One parameter as what is asked for: one input, or several where an object is spread over the query; none when it is
 * sent by others or cannot be sent.
 * @throws OperationRefused when it is required and cannot be sent
 */
export function readInputs(reading: Reading, parameter: Parameter, at: string): readonly ApiInput[] {
  const { name, in: place, required, node } = parameter;
  if (place === "cookie" || (place === "header" && !/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name))) {
    if (required) throw new OperationRefused(`it needs the ${place} ${plainWords(name, 60)}, which cannot be sent`);
    return [];
  }
  if (place === "header" && SENT_BY_OTHERS.test(name)) {
    reading.repair("parameter.header", at, `${name} is set by whoever sends, and is left out`);
    return [];
  }
  const schema = schemaOf(reading, node, `${at}/${name}`);
  const input: ApiInput = {
    name,
    in: place,
    at: [],
    required,
    description: plainWords(text(node, "description") ?? schema.description ?? "", 200),
    schema,
    ...exampleOf(reading, node, schema, `${at}/${name}`),
  };
  if (schema.type === "array") return [{ ...input, ...listStyle(node, place) }];
  if (schema.type === "object" && place === "query") return spread(node, input);
  const only = schema.enum?.length === 1 ? schema.enum[0] : undefined;
  return [required && only !== undefined ? { ...input, fixed: only } : input];
}

/** Headers that whoever sends a request sets; no module may. */
const SENT_BY_OTHERS =
  /^(?:host|connection|content-length|transfer-encoding|te|trailer|upgrade|via|forwarded|x-forwarded-.*|x-real-ip|expect|keep-alive|proxy-.*|sec-.*|cookie2?|origin|referer|accept-encoding|user-agent)$/i;

function schemaOf(reading: Reading, node: unknown, at: string): ApiSchema {
  const direct = part(node, "schema");
  if (direct !== undefined) return readSchema(reading, direct, at);
  const content = entries(node, "content")[0]?.[1];
  if (content !== undefined) {
    reading.repair("parameter.content", at, "its value is a document of its own, and is written as JSON");
    return readSchema(reading, part(content, "schema"), at);
  }
  // Swagger 2 says the type right here; so do documents that were only half brought up to date
  if (part(node, "type") !== undefined || part(node, "enum") !== undefined) {
    reading.repair("parameter.schema", at, "its type stands outside of a schema");
    // `required: true` and an example here are about the parameter, not about its type
    return readSchema(reading, { ...(isRecord(node) ? node : {}), required: [], description: undefined }, at);
  }
  reading.repair("parameter.schema", at, "its type is not said: it is a text");
  return { type: "string" };
}

function exampleOf(reading: Reading, node: unknown, schema: ApiSchema, at: string): Pick<ApiInput, "example"> {
  const several = named(part(node, "examples"))[0]?.[1];
  const written = part(node, "example") ?? part(several, "value") ?? part(node, "x-example");
  const json = written === undefined || written === "" ? undefined : toJson(written);
  if (json === undefined) return schema.example === undefined ? {} : { example: schema.example };
  const found =
    fit(json, schema) ?? (schema.type === "array" && !Array.isArray(json) ? fit([json], schema) : undefined);
  if (found !== undefined) return { example: found };
  reading.repair("example.unfit", at, "its example does not fit what it is an example of, and is left out");
  return schema.example === undefined ? {} : { example: schema.example };
}

/** How a list is written, by the words of OpenAPI 3 and those of Swagger 2. */
function listStyle(node: unknown, place: Parameter["in"]): Pick<ApiInput, "list"> {
  if (part(node, "content") !== undefined) return {};
  switch (text(node, "style") ?? text(node, "collectionFormat")) {
    case "spaceDelimited":
    case "ssv":
      return { list: "space" };
    case "pipeDelimited":
    case "pipes":
      return { list: "pipe" };
    case "csv":
      return { list: "comma" };
    case "multi":
      return { list: "repeat" };
    default:
      return { list: place === "query" && part(node, "explode") !== false ? "repeat" : "comma" };
  }
}

/** An object in the query: its parts, each by a name of its own, or the whole as JSON. */
function spread(node: unknown, input: ApiInput): readonly ApiInput[] {
  const { schema } = input;
  const isDeep = text(node, "style") === "deepObject";
  const isSpread = part(node, "content") === undefined && (isDeep || part(node, "explode") !== false);
  const parts = Object.entries(schema.properties ?? {});
  if (!isSpread || parts.length === 0) return [input];
  return parts
    .filter(([, inside]) => inside.type !== "object" && inside.type !== "array")
    .map(([name, inside]) => ({
      name: isDeep ? `${input.name}[${name}]` : name,
      in: "query",
      at: [],
      required: input.required && (schema.required ?? []).includes(name),
      description: inside.description ?? "",
      schema: inside,
      ...(inside.example !== undefined && { example: inside.example }),
    }));
}

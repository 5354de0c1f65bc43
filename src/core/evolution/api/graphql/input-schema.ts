import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from "graphql";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { scalarSchema } from "./scalar-schema.ts";

const MAX_DEPTH = 5;
const MAX_FIELDS = 60;

/** What a variable of that type may be; deeper than five levels, anything. */
export function inputSchema(type: GraphQLInputType, depth = 0): ApiSchema {
  const nullable = isNonNullType(type) ? {} : { nullable: true as const };
  const inner = getNullableType(type);
  if (isListType(inner)) return { type: "array", ...nullable, items: inputSchema(inner.ofType, depth) };
  if (isEnumType(inner)) return { type: "string", ...nullable, enum: inner.getValues().map(({ name }) => name) };
  if (!isInputObjectType(inner)) return { ...scalarSchema(inner.name), ...nullable };
  if (depth >= MAX_DEPTH) return { type: "any", ...nullable };
  const fields = Object.values(inner.getFields());
  const shown = [...fields.filter(isRequiredInputField), ...fields.filter((field) => !isRequiredInputField(field))];
  const properties = shown.slice(0, MAX_FIELDS).map((field) => {
    const described = plainWords(field.description ?? "", 200);
    const schema = inputSchema(field.type, depth + 1);
    return [field.name, described === "" ? schema : { ...schema, description: described }] as const;
  });
  const required = fields.filter(isRequiredInputField).map(({ name }) => name);
  return {
    type: "object",
    ...nullable,
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

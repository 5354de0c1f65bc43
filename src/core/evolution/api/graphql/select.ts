import {
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLSchema,
} from "graphql";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { scalarSchema } from "./scalar-schema.ts";

/** What is asked of a field and what comes back for it. */
export interface Selection {
  /** ` { id name owner { login } }`; empty for a plain value. */
  readonly text: string;
  readonly schema: ApiSchema;
}

/** How deep is asked, and for how many values: enough to show, little enough for servers that count the cost. */
const MAX_DEPTH = 4;
const MAX_LEAVES = 40;
const MAX_FIELDS = 15;

/** The plain values of a type, and those of what it holds, each asked without arguments; undefined if there is none. */
export function select(schema: GraphQLSchema, type: GraphQLOutputType): Selection | undefined {
  return selectIn({ schema, left: { leaves: MAX_LEAVES } }, type, 0);
}

interface Asking {
  readonly schema: GraphQLSchema;
  readonly left: { leaves: number };
}

function selectIn(asking: Asking, type: GraphQLOutputType, depth: number): Selection | undefined {
  const nullable = isNonNullType(type) ? {} : { nullable: true as const };
  const inner = getNullableType(type);
  if (isListType(inner)) {
    const item = selectIn(asking, inner.ofType, depth);
    return item && { text: item.text, schema: { type: "array", ...nullable, items: item.schema } };
  }
  const named: GraphQLNamedOutputType = getNamedType(inner);
  if (!isCompositeType(named)) {
    asking.left.leaves -= 1;
    const values = isEnumType(named) ? { enum: named.getValues().map(({ name }) => name) } : {};
    return { text: "", schema: { ...scalarSchema(named.name), ...values, ...nullable } };
  }
  if (depth >= MAX_DEPTH) return undefined;
  const found = isObjectType(named) || isInterfaceType(named) ? fieldsOf(asking, named, depth) : [];
  const parts = isAbstractType(named) ? [...found, ...variantsOf(asking, named, depth)] : found;
  if (parts.length === 0) return undefined;
  const properties = Object.fromEntries(parts.flatMap(({ properties }) => properties));
  return {
    text: ` { ${parts.map(({ text }) => text).join(" ")} }`,
    schema: { type: "object", ...nullable, properties },
  };
}

interface Part {
  readonly text: string;
  readonly properties: readonly (readonly [string, ApiSchema])[];
}

/** The library says nothing as null or as undefined, depending on where the schema came from. */
export function isDeprecated(field: { readonly deprecationReason?: string | null | undefined }): boolean {
  return typeof field.deprecationReason === "string";
}

type Fielded = { getFields(): Record<string, GraphQLField<unknown, unknown>> };

/** Plain values first, then what holds more of them: so that a limit takes away the far ones. */
function fieldsOf(asking: Asking, type: Fielded, depth: number): Part[] {
  const fields = Object.values(type.getFields()).filter(
    (field) => !isDeprecated(field) && !field.args.some(isRequiredArgument),
  );
  const isPlain = (field: GraphQLField<unknown, unknown>): boolean => !isCompositeType(getNamedType(field.type));
  const limit = depth === 0 ? MAX_FIELDS * 2 : MAX_FIELDS;
  const parts: Part[] = [];
  for (const field of [...fields.filter(isPlain), ...fields.filter((field) => !isPlain(field))]) {
    if (parts.length >= limit || asking.left.leaves <= 0) break;
    const inside = selectIn(asking, field.type, depth + 1);
    if (!inside) continue;
    const described = plainWords(field.description ?? "", 200);
    const schema = described === "" ? inside.schema : { ...inside.schema, description: described };
    parts.push({ text: `${field.name}${inside.text}`, properties: [[field.name, schema]] });
  }
  return parts;
}

/** Of a type that is one of several: which it is, and of each the values whose names no other has. */
function variantsOf(
  { schema, left }: Asking,
  type: Parameters<GraphQLSchema["getPossibleTypes"]>[0],
  depth: number,
): Part[] {
  const parts: Part[] = [{ text: "__typename", properties: [["__typename", { type: "string" }]] }];
  if (isInterfaceType(type)) return parts;
  const taken = new Set<string>();
  for (const variant of schema.getPossibleTypes(type).slice(0, 6)) {
    const own = fieldsOf(
      { schema, left: { leaves: Math.min(6, left.leaves) } },
      variant,
      Math.max(depth, MAX_DEPTH - 1),
    );
    const fresh = own.filter(({ text }) => !taken.has(text));
    for (const { text } of fresh) taken.add(text);
    if (fresh.length === 0) continue;
    const text = `... on ${variant.name} { ${fresh.map((part) => part.text).join(" ")} }`;
    parts.push({ text, properties: fresh.flatMap(({ properties }) => properties) });
  }
  return parts;
}

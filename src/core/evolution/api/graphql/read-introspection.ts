import type { IntrospectionQuery } from "graphql";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { part } from "#core/evolution/api/look.ts";
import { readText } from "#core/evolution/api/read-text.ts";

/**
 * What an endpoint answered to introspection, with or without the envelope around it.
 * @throws NexusError document_unreadable when it is something else
 */
export function readIntrospection(text: string): IntrospectionQuery {
  const value = readText(text);
  const found = Introspection.safeParse(part(value, "data") ?? value);
  if (found.success) return found.data;
  throw new NexusError("document_unreadable", "no answer to introspection", {
    say: "That endpoint did not answer to introspection: many switch it off. An OpenAPI document or a curl command would do.",
    cause: found.error,
  });
}

const name = z.string().regex(/^[_A-Za-z]\w{0,200}$/);
const description = z.string().nullish();

/** https://spec.graphql.org/October2021/#sec-Schema-Introspection, as far as it is asked. */
const TypeRef: z.ZodType = z.lazy(() =>
  z.looseObject({ kind: z.string(), name: name.nullish(), ofType: TypeRef.nullish() }),
);
const InputValue = z.looseObject({ name, description, type: TypeRef, defaultValue: z.string().nullish() });
const Field = z.looseObject({
  name,
  description,
  args: z.array(InputValue).max(200),
  type: TypeRef,
  isDeprecated: z.boolean().optional(),
  deprecationReason: z.string().nullish(),
});
const Type = z.looseObject({
  kind: z.string(),
  name,
  description,
  fields: z.array(Field).nullish(),
  inputFields: z.array(InputValue).nullish(),
  enumValues: z.array(z.looseObject({ name, description })).nullish(),
  possibleTypes: z.array(TypeRef).nullish(),
  interfaces: z.array(TypeRef).nullish(),
});
const Introspection: z.ZodType<IntrospectionQuery> = z
  .looseObject({
    __schema: z.looseObject({
      queryType: z.looseObject({ name }).nullish(),
      mutationType: z.looseObject({ name }).nullish(),
      types: z.array(Type).max(20_000),
    }),
  })
  .transform((value, context) => {
    // the shape is known now; the library's own type says more than anybody checks
    if (isIntrospection(value)) return value;
    context.addIssue({ code: "custom", message: "no schema" });
    return z.NEVER;
  });

function isIntrospection(value: unknown): value is IntrospectionQuery {
  return part(value, "__schema") !== undefined;
}

import type { Json } from "#core/contract/json.ts";
import type { ApiInput, ApiOperation, ApiSchema } from "#core/evolution/api/api-description.ts";
import { isSecretAnswer, isSecretPart, REMOVED } from "#core/evolution/api/exchange/secret-value.ts";

/**
 * An operation whose examples hold nothing that looks like a key, a token or a password: documents are full of them,
 * some real, and a module keeps its examples in its tests. What is sent as it is stays.
 */
export function withoutSecretExamples(operation: ApiOperation): ApiOperation {
  const { answer, inputs } = operation;
  return { ...operation, inputs: inputs.map(cleanInput), answer: { ...answer, ...cleanAnswer(answer) } };
}

/** An example that is left out is made up from what it is an example of, and fits; one in the midst of others is named. */
function cleanInput({ example, schema, ...input }: ApiInput): ApiInput {
  const { name } = input;
  const clean = cleanExample(isSecretPart, name, example);
  return { ...input, schema: cleanSchema(isSecretPart, name, schema), ...(clean !== undefined && { example: clean }) };
}

function cleanAnswer({ example, schema }: ApiOperation["answer"]): Partial<ApiOperation["answer"]> {
  const clean = cleanExample(isSecretAnswer, "", example);
  return {
    ...(schema && { schema: cleanSchema(isSecretAnswer, "", schema) }),
    ...(example !== undefined && { example: clean ?? REMOVED }),
  };
}

type IsSecret = (name: string, value: unknown) => boolean;

function cleanExample(isSecret: IsSecret, name: string, example: Json | undefined): Json | undefined {
  const clean = example === undefined ? undefined : cleanValue(isSecret, name, example);
  return clean === REMOVED ? undefined : clean;
}

function cleanValue(isSecret: IsSecret, name: string, value: Json): Json {
  if (typeof value === "string") return value !== "" && isSecret(name, value) ? REMOVED : value;
  if (Array.isArray(value)) return value.map((item) => cleanValue(isSecret, name, item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, cleanValue(isSecret, key, below)]));
}

function cleanSchema(isSecret: IsSecret, name: string, schema: ApiSchema): ApiSchema {
  const { example, items, properties, ...rest } = schema;
  const clean = cleanExample(isSecret, name, example);
  return {
    ...rest,
    ...(clean !== undefined && { example: clean }),
    ...(items && { items: cleanSchema(isSecret, name, items) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, below]) => [key, cleanSchema(isSecret, key, below)]),
      ),
    }),
  };
}

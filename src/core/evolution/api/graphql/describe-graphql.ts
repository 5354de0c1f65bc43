import {
  buildClientSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isRequiredArgument,
} from "graphql";
import { NexusError } from "#core/contract/errors.ts";
import type { ApiDescription, ApiInput, ApiOperation, ApiSchema } from "#core/evolution/api/api-description.ts";
import { effectOf } from "#core/evolution/api/effect.ts";
import { flattenBody } from "#core/evolution/api/flatten-body.ts";
import { createIds, wordsOf } from "#core/evolution/api/names.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { splitAddress } from "#core/evolution/api/servers.ts";
import { inputSchema } from "./input-schema.ts";
import { readIntrospection } from "./read-introspection.ts";
import { isDeprecated, select } from "./select.ts";

const MAX_OPERATIONS = 2_000;

/**
 * A GraphQL endpoint as it can be worked with: each field of its queries and mutations is one operation, which asks for
 * the plain values of what comes back.
 * @throws NexusError document_unreadable when the text is no answer to introspection, document_unfit when nothing fits
 */
export function describeGraphql(text: string, url: string): ApiDescription {
  const schema = schemaOf(text);
  const { server, path, repairs } = splitAddress(url);
  const newId = createIds();
  const operations: ApiOperation[] = [];
  const refused: { operation: string; why: string }[] = [];
  for (const [kind, field] of fieldsOf(schema)) {
    const asked = operations.length < MAX_OPERATIONS ? ask(schema, kind, field) : `only ${MAX_OPERATIONS} are read`;
    if (typeof asked === "string") {
      refused.push({ operation: plainWords(`${kind} ${field.name}`, 120), why: asked });
      continue;
    }
    const described = plainWords(field.description ?? "", 300);
    operations.push({
      id: newId(field.name),
      title: titleOf(field.name),
      description: described || titleOf(field.name),
      tags: [kind],
      method: "POST",
      server,
      path,
      effect: kind === "query" ? "read" : effectOf({ method: "POST", path: "", id: field.name, summary: described }),
      inputs: asked.inputs,
      body: "json",
      protocol: "http",
      answer: { status: 200, content: "json", schema: asked.answer },
      credentials: [],
      deprecated: isDeprecated(field),
    });
  }
  if (operations.length === 0) {
    const say = "Nothing of that GraphQL endpoint can be made into a module: it has no query or mutation that fits.";
    throw new NexusError("document_unfit", "no field of the schema fits", { say });
  }
  const host = new URL(server).hostname;
  const title = plainWords(host.replace(/^(?:api|graphql|www)\./, ""), 60);
  return { kind: "graphql", title, description: "", operations, credentials: [], repairs, refused };
}

function schemaOf(text: string): GraphQLSchema {
  const introspection = readIntrospection(text);
  try {
    return buildClientSchema(introspection, { assumeValid: true });
  } catch (cause) {
    throw new NexusError("document_unreadable", "the introspection does not make a schema", {
      cause,
      say: "That endpoint answered to introspection, but not with a schema that makes sense.",
    });
  }
}

type Field = GraphQLField<unknown, unknown>;
type Kind = "query" | "mutation";

function* fieldsOf(schema: GraphQLSchema): Generator<[Kind, Field], void> {
  const kinds: [Kind, GraphQLObjectType | null | undefined][] = [
    ["query", schema.getQueryType()],
    ["mutation", schema.getMutationType()],
  ];
  for (const [kind, type] of kinds) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (!field.name.startsWith("__")) yield [kind, field];
    }
  }
}

function ask(
  schema: GraphQLSchema,
  kind: Kind,
  field: Field,
): { readonly inputs: readonly ApiInput[]; readonly answer: ApiSchema } | string {
  const selection = select(schema, field.type);
  if (selection === undefined) return "nothing of its answer can be asked for without arguments";
  const args = [...field.args];
  const variables = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(", ");
  const given = args.map(({ name }) => `${name}: $${name}`).join(", ");
  const text =
    args.length === 0
      ? `${kind} { ${field.name}${selection.text} }`
      : `${kind}(${variables}) { ${field.name}(${given})${selection.text} }`;
  const all: ApiSchema = {
    type: "object",
    properties: Object.fromEntries(
      args.map((arg) => {
        const described = plainWords(arg.description ?? "", 200);
        return [arg.name, { ...inputSchema(arg.type), ...(described !== "" && { description: described }) }];
      }),
    ),
    required: args.filter(isRequiredArgument).map(({ name }) => name),
  };
  const query: ApiInput = {
    name: "query",
    in: "body",
    at: ["query"],
    required: true,
    description: "",
    schema: { type: "string" },
    fixed: text,
  };
  const answer: ApiSchema = {
    type: "object",
    properties: { data: { type: "object", properties: { [field.name]: selection.schema } } },
  };
  return { inputs: [query, ...(args.length > 0 ? flattenBody(all, true, ["variables"]) : [])], answer };
}

function titleOf(name: string): string {
  const words = wordsOf(name).join(" ");
  return plainWords(`${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`, 60) || "Query";
}

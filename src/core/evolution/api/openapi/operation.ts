import type { ApiInput, ApiOperation } from "#core/evolution/api/api-description.ts";
import { effectOf } from "#core/evolution/api/effect.ts";
import { list, part, text } from "#core/evolution/api/look.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import { findPaging } from "#core/evolution/api/paging.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { readAnswer } from "./answer.ts";
import { readBody } from "./body.ts";
import { type Origin, serverOf } from "./document-servers.ts";
import { readParameters } from "./parameters.ts";
import { readPath } from "./path.ts";
import type { Reading } from "./reading.ts";
import type { Credentials } from "./security.ts";

/** One operation as it stands in a document. */
export interface WrittenOperation {
  readonly path: string;
  readonly pathItem: unknown;
  readonly method: ApiOperation["method"];
  readonly operation: unknown;
  /** JSON pointer of the operation. */
  readonly at: string;
}

/**
 * Reads one operation.
 * @param nameIt gives it its id, once nothing can go wrong any more
 * @throws OperationRefused when it cannot be served
 */
export function readOperation(
  reading: Reading,
  credentials: Credentials,
  origin: Origin,
  written: WrittenOperation,
  nameIt: () => string,
): ApiOperation {
  const { pathItem, method, operation, at } = written;
  const { path, inputs: inPath, spans } = readPath(reading, written.path);
  const server = serverOf(reading, origin, [operation, pathItem, reading.document]);
  const answer = readAnswer(reading, operation, method, at);
  const { body, inputs: inBody } = readBody(reading, operation, method, at);
  const signIn = credentials.of(operation, server);
  const signedInBy = credentials.all
    .filter(({ name }) => signIn.names.includes(name))
    .map(({ header, query }) => (header ?? query ?? "").toLowerCase());
  const parameters = readParameters(reading, credentials, { pathItem, operation, path, server, at, signedInBy });
  const asked = parameters.inputs.map((input): ApiInput =>
    input.in === "path" && spans.includes(input.name) ? { ...input, spans: true } : input,
  );
  const inputs = withoutTwins([...asked, ...inPath, ...inBody]);
  const paging = method === "GET" ? findPaging(inputs, answer.schema) : undefined;
  const id = nameIt();
  const said = text(operation, "summary") ?? text(pathItem, "summary");
  const described = text(operation, "description") ?? said ?? text(pathItem, "description") ?? "";
  const operationId = text(operation, "operationId");
  return {
    id,
    title: plainWords(said ?? "", 60) || spelt(id),
    description: plainWords(described, 300),
    tags: tagsOf(operation),
    method,
    server,
    path,
    effect: effectOf({ method, path, id: operationId, summary: said }),
    inputs,
    ...(body !== undefined && inBody.length > 0 && { body }),
    protocol: "http",
    answer,
    ...(paging && { paging }),
    credentials: [...new Set([...signIn.names, ...parameters.credentials])],
    ...(signIn.scopes.length > 0 && { scopes: signIn.scopes }),
    deprecated: part(operation, "deprecated") === true,
  };
}

/** An id as words: “Get pet by id”. */
function spelt(id: string): string {
  const words = wordsOf(id).join(" ");
  return plainWords(`${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`, 60);
}

function tagsOf(operation: unknown): readonly string[] {
  const tags = list(operation, "tags").filter((tag) => typeof tag === "string");
  return tags.slice(0, 5).map((tag) => plainWords(tag, 40));
}

/** What the path carries after its question mark may be described as well: described counts. */
function withoutTwins(inputs: readonly ApiInput[]): readonly ApiInput[] {
  const keys = inputs.map((input) => (input.in === "body" ? JSON.stringify(input.at) : `${input.in} ${input.name}`));
  return inputs.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

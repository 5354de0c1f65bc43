import { NexusError } from "#core/contract/errors.ts";
import type { ApiDescription, ApiOperation } from "#core/evolution/api/api-description.ts";
import { entries, isRecord, named, part, text } from "#core/evolution/api/look.ts";
import { createIds } from "#core/evolution/api/names.ts";
import { plainLine, plainWords } from "#core/evolution/api/plain-words.ts";
import { hostOf } from "#core/evolution/api/servers.ts";
import type { Origin } from "./document-servers.ts";
import { readOperation, type WrittenOperation } from "./operation.ts";
import { readDocument } from "./read-document.ts";
import { createReading, OperationRefused, type Reading } from "./reading.ts";
import { createCredentials } from "./security.ts";

/** Operations of a document that are looked at; the largest public ones have about a thousand. */
const MAX_OPERATIONS = 3_000;

/**
 * An OpenAPI document (2.0, 3.0, 3.1; JSON or YAML) as it can be worked with. What is wrong in it is mended and said;
 * an operation that cannot be served is refused with the reason, the others stay.
 * @throws NexusError document_unreadable when it is none, document_unfit when nothing of it can be served
 */
export function describeOpenapi(written: string, origin: Origin): ApiDescription {
  const { document, repairs } = readDocument(written);
  const reading = createReading(document);
  for (const { rule, at, what } of repairs) reading.repair(rule, at, what);
  const credentials = createCredentials(reading);
  const newId = createIds();
  const operations: ApiOperation[] = [];
  const refused: { operation: string; why: string }[] = [];
  for (const found of operationsOf(reading, refused)) {
    reading.begin();
    const operationId = text(found.operation, "operationId");
    const fallback = `${found.method.toLowerCase()} ${found.path}`;
    const nameIt = (): string => {
      if (operationId === undefined)
        reading.repair("operation.no-id", found.at, "it has no id, and gets one of its path");
      const id = newId(operationId, fallback);
      if (createIds()(operationId, fallback) !== id) {
        reading.repair("operation.id-taken", found.at, `its id is taken by another, and becomes ${id}`);
      }
      return id;
    };
    try {
      operations.push(readOperation(reading, credentials, origin, found, nameIt));
    } catch (error) {
      if (!(error instanceof OperationRefused)) throw error;
      refused.push({
        operation: plainWords(`${found.method} ${found.path}`, 120),
        why: plainLine(error.message, 300),
      });
    }
  }
  if (operations.length === 0) throw nothingFits(refused);
  return {
    kind: "openapi",
    ...titleOf(reading, operations),
    operations,
    credentials: credentials.all,
    repairs: reading.repairs,
    refused,
  };
}

const METHODS = { get: "GET", post: "POST", put: "PUT", patch: "PATCH", delete: "DELETE" } as const;

function* operationsOf(
  reading: Reading,
  refused: { operation: string; why: string }[],
): Generator<WrittenOperation, void> {
  const templates = new Map<string, string>();
  let count = 0;
  for (const [path, written] of entries(reading.document, "paths")) {
    if (path.startsWith("x-")) continue;
    const pathItem = followPath(reading, written, path, refused);
    for (const [name, operation] of named(pathItem)) {
      const lower = name.trim().toLowerCase();
      if (/^(?:head|options|trace|query)$/.test(lower)) {
        refused.push({
          operation: plainWords(`${lower} ${path}`, 120),
          why: `${lower.toUpperCase()} is not used by modules`,
        });
      }
      if (!isMethod(lower) || !isRecord(operation)) continue;
      const at = `/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${name}`;
      if (lower !== name) reading.repair("method.case", at, `the method is written ${name}`);
      const template = `${lower} ${path.replaceAll(/\{[^{}]*\}/g, "{}")}`;
      if (templates.has(template)) reading.repair("path.duplicate", at, "the same request is described twice");
      templates.set(template, at);
      count += 1;
      if (count > MAX_OPERATIONS) {
        refused.push({
          operation: "all others",
          why: `only the first ${MAX_OPERATIONS} operations of a document are read`,
        });
        return;
      }
      yield { path, pathItem, method: METHODS[lower], operation, at };
    }
  }
}

function isMethod(name: string): name is keyof typeof METHODS {
  return Object.hasOwn(METHODS, name);
}

function followPath(
  reading: Reading,
  written: unknown,
  path: string,
  refused: { operation: string; why: string }[],
): unknown {
  try {
    return reading.follow(written, path);
  } catch (error) {
    if (!(error instanceof OperationRefused)) throw error;
    refused.push({ operation: plainWords(path, 120), why: plainLine(error.message, 300) });
    return undefined;
  }
}

function titleOf(
  { document, repair }: Reading,
  operations: readonly ApiOperation[],
): { title: string; description: string } {
  const info = part(document, "info");
  const written = plainWords(text(info, "title") ?? "", 60);
  const host = hostOf(operations[0]?.server ?? "") ?? "API";
  if (written === "") repair("info.title", "/info", `the document has no title: it is called ${host}`);
  const description = plainWords(text(info, "summary") ?? text(info, "description") ?? "", 300);
  return { title: written || plainWords(host, 60), description };
}

function nothingFits(refused: ApiDescription["refused"]): NexusError {
  const [first] = refused;
  const why = first === undefined ? "It describes no operation." : `${first.operation}: ${first.why}.`;
  const more = refused.length > 1 ? ` So it is with ${refused.length - 1} more, for this or another reason.` : "";
  const say = `Nothing in that API description can be made into a module. ${why}${more}`;
  return new NexusError("document_unfit", `no operation of ${refused.length} can be served`, { say });
}

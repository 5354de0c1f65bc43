import { asNexusError } from "#core/contract/errors.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { buildApart, describeApart } from "#core/evolution/api/build-apart.ts";
import type { ApiMaterial } from "#core/evolution/api/api-material.ts";
import { materialOf } from "#core/evolution/api/material-of.ts";
import type { CorpusDocument } from "./corpus.ts";
import { type CalledOperation, callOperations, hashOf } from "./call-operations.ts";
import type { Judge } from "./judge.ts";
import { openJudges } from "./judges.ts";

/** What came of one document. */
export interface TriedDocument {
  readonly name: string;
  /** Written and through all that a stranger's module has to pass. */
  readonly isInstallable: boolean;
  /** Why not, in words. */
  readonly why?: string;
  /** The address that had to be said, because the document names none that can be reached. */
  readonly server?: string;
  readonly operations: number;
  readonly refused: readonly string[];
  readonly called: readonly CalledOperation[];
  readonly judge?: Judge["name"];
  readonly report?: ValidationReport;
  readonly hash?: string;
  /** From the document to the verdict. */
  readonly ms: number;
  /** Of it, reading and writing. */
  readonly writeMs: number;
}

/** How documents are tried. */
export interface TryOptions {
  readonly need?: string;
  readonly mutants: number;
  readonly callsOperations: boolean;
  readonly validates: boolean;
}

/** Whoever hands in a document that names no address says which it is. */
export const SAID_SERVER = "https://service.example.com";

/** Builds from a document, validates what was built, and calls every operation that it describes. */
export async function tryDocument(
  document: CorpusDocument,
  sandbox: Sandbox,
  options: TryOptions,
  signal: AbortSignal,
): Promise<TriedDocument> {
  const read = await readDocument(document, signal);
  const { name } = document;
  if ("why" in read)
    return { name, isInstallable: false, why: read.why, operations: 0, refused: [], called: [], ms: 0, writeMs: 0 };
  const { api, material, server } = read;
  const startedAtMs = performance.now();
  const built = await build(material, sandbox, options, signal);
  const ms = performance.now() - startedAtMs;
  const called = options.callsOperations ? await callAll(document, api, sandbox, signal) : undefined;
  return {
    name,
    ...built,
    ...(server === undefined ? {} : { server }),
    operations: api.operations.length,
    refused: api.refused.map(({ operation, why }) => `${operation}: ${why}`),
    called: called?.called ?? [],
    ...(called === undefined ? {} : { judge: called.judge }),
    ms,
  };
}

type Read =
  | { readonly api: ApiDescription; readonly material: ApiMaterial; readonly server?: string }
  | { readonly why: string };

async function readDocument({ name, text }: CorpusDocument, signal: AbortSignal): Promise<Read> {
  try {
    const material = materialOf(name, text);
    return { api: await describeApart(material, signal), material };
  } catch (error) {
    const { say } = asNexusError(error);
    if (!/say the address of the service/.test(say)) return { why: whyOf(error) };
    try {
      const material = materialOf(name, text, SAID_SERVER);
      return { api: await describeApart(material, signal), material, server: SAID_SERVER };
    } catch (again) {
      return { why: whyOf(again) };
    }
  }
}

async function build(
  material: ApiMaterial,
  sandbox: Sandbox,
  { need, mutants, validates }: TryOptions,
  signal: AbortSignal,
): Promise<Pick<TriedDocument, "isInstallable" | "why" | "report" | "hash" | "writeMs">> {
  const startedAtMs = performance.now();
  try {
    const wish = { taken: [], ...(need === undefined ? {} : { need }) };
    const written = await buildApart({ material, wish }, signal);
    const writeMs = performance.now() - startedAtMs;
    const hash = hashOf(written);
    if (!validates) return { isInstallable: true, hash, writeMs };
    const report = await sandbox.validate(written.entries, { installed: [], mutants }, signal);
    const wrong = [...report.static.findings, ...(report.runtime?.findings ?? [])].find(
      ({ severity }) => severity === "error",
    );
    return {
      isInstallable: report.ok,
      ...(wrong === undefined ? {} : { why: `${wrong.rule}: ${wrong.message}` }),
      report,
      hash,
      writeMs,
    };
  } catch (error) {
    signal.throwIfAborted();
    return { isInstallable: false, why: whyOf(error), writeMs: performance.now() - startedAtMs };
  }
}

async function callAll(
  document: CorpusDocument,
  api: ApiDescription,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<{ readonly called: readonly CalledOperation[]; readonly judge: Judge["name"] }> {
  await using judges = openJudges(document, signal);
  const called = await callOperations(api, sandbox, judges, signal);
  return { called, judge: (await judges.at(0))?.name ?? "ajv" };
}

/** What people are told, and, of a fault of ours, what the log is told. */
function whyOf(error: unknown): string {
  const { code, say, message } = asNexusError(error);
  return code.startsWith("document_") ? say : `${say} (${code}: ${message})`;
}

import { assembleBundle } from "#sandbox/bundle/assemble.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { checkUrl } from "#sandbox/egress/check-url.ts";
import { checkHeaders } from "#sandbox/egress/headers.ts";
import { createHash } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { type Bundle, ModuleOutput } from "#core/contract/module.ts";
import type { ModuleHost, Sandbox } from "#core/contract/sandbox.ts";
import type { ApiDescription, ApiOperation } from "#core/evolution/api/api-description.ts";
import { writeModule } from "#core/evolution/writer/write-module.ts";
import type { WrittenModule } from "#core/evolution/writer/written-module.ts";
import type { Judge } from "./judge.ts";
import type { Judges } from "./judges.ts";

/** What came of calling one operation: why it cannot be called, if so. */
export interface CalledOperation {
  readonly operation: string;
  /** What the last judge says against it. */
  readonly why?: string;
  /** What the first says, by the letter of the document. */
  readonly letter?: string;
}

const AT_ONCE = 5;
const org = newId(OrgId);

/**
 * Writes modules for all operations of a description, five at a time, and calls each in the sandbox: with all its values
 * and with only those it needs. An operation is callable when a judge finds both requests to be the document's and the module
 * reads what it answers.
 */
export async function callOperations(
  api: ApiDescription,
  sandbox: Sandbox,
  judges: Pick<Judges, "at">,
  signal: AbortSignal,
): Promise<CalledOperation[]> {
  const called: CalledOperation[] = [];
  for (let from = 0; from < api.operations.length; from += AT_ONCE) {
    const group = api.operations.slice(from, from + AT_ONCE);
    called.push(...(await callGroup(api, group, sandbox, judges, signal)));
  }
  return called;
}

async function callGroup(
  api: ApiDescription,
  group: readonly ApiOperation[],
  sandbox: Sandbox,
  judges: Pick<Judges, "at">,
  signal: AbortSignal,
): Promise<CalledOperation[]> {
  const wanted = group.map(({ id }) => id);
  let written: WrittenModule;
  try {
    written = writeModule(api, { operations: wanted, taken: [] });
  } catch (error) {
    const why = `not written: ${messageOf(error)}`;
    return wanted.map((operation) => ({ operation, why, letter: why }));
  }
  const bundle = bundleOf(written);
  const called: CalledOperation[] = [];
  for (const operation of group) {
    const index = written.operations.indexOf(operation.id);
    const capability = written.manifest.capabilities[index];
    if (capability === undefined) {
      const why = noteOn(operation.id, written.notes);
      called.push({ operation: operation.id, why, letter: why });
      continue;
    }
    const [full = {}, least = {}] = inputsOf(written, capability.name);
    const said: (string | undefined)[] = [];
    for (let place = 0; place === 0 || said.at(-1) !== undefined; place += 1) {
      const judge = await judges.at(place);
      if (judge === undefined) break;
      const call = { bundle, capability: capability.name, operation, sandbox, judge };
      said.push(
        (await callOnce({ ...call, input: full }, signal)) ?? (await callOnce({ ...call, input: least }, signal)),
      );
    }
    const [letter] = said;
    const why = said.at(-1);
    called.push({
      operation: operation.id,
      ...(why !== undefined && { why }),
      ...(letter !== undefined && { letter }),
    });
  }
  return called;
}

interface Call {
  readonly bundle: Bundle;
  readonly capability: string;
  readonly input: JsonObject;
  readonly operation: ApiOperation;
  readonly sandbox: Sandbox;
  readonly judge: Judge;
}

async function callOnce(
  { bundle, capability, input, operation, sandbox, judge }: Call,
  signal: AbortSignal,
): Promise<string | undefined> {
  const complaints: string[] = [];
  let status = 0;
  let asked = 0;
  let answered = "";
  const host: ModuleHost = {
    ...silentHost(),
    async fetch(raw, init, stop) {
      asked += 1;
      const method = init.method ?? "GET";
      const checked = checkUrl(raw, method, bundle.manifest.hosts);
      const headers = checkHeaders(init.headers ?? {});
      if (!checked.ok || !headers.ok) {
        const { detail } = checked.ok ? { detail: headers.ok ? "" : headers.detail } : checked;
        complaints.push(`the broker refuses it: ${detail}`);
        return { ok: false, code: "denied", detail };
      }
      const sent = withCredentials(bundle.manifest, capability, checked.url, headers.headers);
      const judged = await judge.judge(
        { operation, method, url: sent.url, headers: sent.headers, body: init.body },
        stop,
      );
      status = judged.status;
      if (judged.complaint !== undefined) complaints.push(judged.complaint);
      const { contentType, body } = judged;
      answered = body.slice(0, 120);
      return { ok: true, status, headers: { "content-type": contentType }, body };
    },
  };
  const { limits } = bundle.manifest;
  const outcome = await sandbox.run(
    {
      org,
      bundle,
      capability,
      input,
      limits,
      now: new Date("2026-01-15T12:00:00Z"),
      seed: "builder",
      asker: { locale: "en-CA", timeZone: "UTC" },
      sample: "off",
      origin: "stranger",
    },
    host,
    signal,
  );
  const said = `with ${JSON.stringify(input).slice(0, 200)}`;
  if (complaints[0] !== undefined) return `${complaints[0]} ${said}`;
  if (outcome.status !== "completed") return `it ended with ${outcome.status} ${said}`;
  const output = ModuleOutput.safeParse(outcome.output);
  if (!output.success) return `its answer has another shape ${said}`;
  const failure = "error" in output.data ? output.data.error : undefined;
  if (asked === 0) return `it asked for nothing: ${failure?.say ?? ""} ${said}`;
  if (failure !== undefined && status < 300) return `${failure.code} of ${status} ${answered}: ${failure.say} ${said}`;
  return undefined;
}

/** The host adds these, whatever they are. */
function withCredentials(
  manifest: Manifest,
  capability: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
): { url: URL; headers: Record<string, string> } {
  const needed = manifest.capabilities.find(({ name }) => name === capability)?.credentials ?? [];
  const sent: Record<string, string> = { ...headers };
  const address = new URL(url);
  for (const { name, header, query, prefix = "", kind } of manifest.credentials) {
    if (!needed.includes(name)) continue;
    const value =
      kind === "oauth2" && prefix === ""
        ? "Bearer secret"
        : `${prefix}${prefix.startsWith("Basic") ? "dXNlcjpwYXNz" : "secret"}`;
    if (header !== undefined) sent[header.toLowerCase()] = value;
    if (query !== undefined) address.searchParams.set(query, value);
  }
  return { url: address, headers: sent };
}

/** What the module's own tests call it with: the first with everything, the second with what it needs. */
function inputsOf(written: WrittenModule, capability: string): JsonObject[] {
  const { tests } = takeIn(written.entries);
  return tests
    .filter((test) => test.capability === capability)
    .slice(0, 2)
    .map(({ input }) => input);
}

/** The bundle as it would run. What is written here is ours: types are taken off without an inspection. */
function bundleOf(written: WrittenModule): Bundle {
  const intake = takeIn(written.entries);
  const { manifest } = intake;
  const wrong = intake.findings.find(({ severity }) => severity === "error");
  if (manifest === undefined || wrong !== undefined) throw new Error(`a bundle that is none: ${wrong?.message ?? ""}`);
  const code = new Map([...intake.sources].map(([path, source]) => [path, stripTypeScriptTypes(source)]));
  return assembleBundle({ ...intake, manifest }, code);
}

function noteOn(operation: string, notes: readonly string[]): string {
  return notes.find((note) => note.includes(operation)) ?? "it was left out";
}

function silentHost(): ModuleHost {
  return {
    fetch: async () => ({ ok: false, code: "unreachable", detail: "" }),
    log: () => {},
    cacheGet: async () => undefined,
    cacheSet: async () => {},
    fileList: async () => [],
    fileRead: async () => undefined,
    fileWrite: async () => {},
    fileRemove: async () => {},
  };
}

/** A digest over every byte of a written module. */
export function hashOf(written: WrittenModule): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of [...written.entries].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  return hash.digest("hex");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

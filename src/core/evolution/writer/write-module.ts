import { MANIFEST_FILE, SCRIPT_ENTRY } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { askedFile } from "./code/asked-file.ts";
import { jsonFile } from "./code/json-file.ts";
import { mcpFile } from "./code/mcp-file.ts";
import { moduleFile } from "./code/module-file.ts";
import { needsOf } from "./code/needs.ts";
import { linkHosts, showFile } from "./code/show-file.ts";
import { sourceFile } from "./code/source-file.ts";
import { manifestOf } from "./manifest-of.ts";
import { planModule } from "./plan-module.ts";
import { readmeOf } from "./readme-of.ts";
import { writeTests } from "./tests/write-tests.ts";
import type { WriteWish, WrittenModule } from "./written-module.ts";

/**
 * Writes a module for what a wish needs of an API: manifest, code, tests and README. The same description and the same
 * wish give the same bytes.
 * @throws NexusError document_unfit when no operation could be served
 */
export function writeModule(api: ApiDescription, wish: WriteWish): WrittenModule {
  const planned = planModule(api, wish);
  if (planned === undefined) {
    const [first] = api.refused;
    const why =
      first === undefined ? "it describes no request that a module could make" : `${first.operation}: ${first.why}`;
    throw new NexusError("document_unfit", why);
  }
  const { plan, notes } = planned;
  const manifest = manifestOf(plan, api);
  const needs = needsOf(plan);
  const hosts = linkHosts(plan);
  const files = new Map<string, string>([
    [MANIFEST_FILE, pretty(manifest)],
    [SCRIPT_ENTRY, moduleFile(plan, needs)],
    ["asked.ts", askedFile(needs)],
    ["json.ts", jsonFile(needs)],
    ["mcp.ts", mcpFile(plan, needs)],
    ["show.ts", showFile(plan, needs)],
    ["source.ts", sourceFile(plan, needs)],
    ["README.md", readmeOf(plan, notes)],
  ]);
  const names = new Set<string>();
  for (const [capability, tests] of writeTests(plan, hosts)) {
    const apart = tests.map((test) => ({ ...test, name: uniqueName(test.name, names) }));
    files.set(`tests/${fileName(capability)}.json`, plainly(pretty(apart)));
  }
  const encoder = new TextEncoder();
  const entries = new Map(
    [...files].filter(([, text]) => text !== "").map(([path, text]) => [path, encoder.encode(text)]),
  );
  return { entries, manifest, operations: plan.capabilities.map(({ operation }) => operation.id), notes };
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** JSON in which every letter can be told from every other: what a document's examples hold may look like another text. */
function plainly(json: string): string {
  return json.replaceAll(/[^\n\x20-\x7e“”…]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** `listPets` as a file: small letters and dashes. */
function fileName(capability: string): string {
  return capability.replaceAll(/([A-Z]+)/g, "-$1").toLowerCase();
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count += 1) unique = `${name.slice(0, 190)} (${count})`;
  taken.add(unique);
  return unique;
}

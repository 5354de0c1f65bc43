import { MANIFEST_FILE } from "#core/contract/bundle.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { Finding } from "#core/contract/validation.ts";
import { found } from "./rules.ts";
import { describeIssues } from "./schema-issues.ts";
import { parseStrictJson } from "./strict-json.ts";

/** A manifest's text read; every problem at once, each at its place. */
export function readManifest(text: string): { readonly manifest?: Manifest; readonly findings: readonly Finding[] } {
  const json = parseStrictJson(text);
  if (!json.ok) {
    const { problem, line, column } = json;
    return { findings: [found("manifest.json", problem, { file: MANIFEST_FILE, line, column })] };
  }
  const read = Manifest.safeParse(json.value);
  if (!read.success) {
    const findings = describeIssues(read.error.issues).map(({ path, message }) =>
      found("manifest.schema", message, { file: MANIFEST_FILE, ...json.placeOf(path) }),
    );
    return { findings };
  }
  const manifest = read.data;
  if (manifest.runtime === "sandbox") return { manifest, findings: [] };
  const place = { file: MANIFEST_FILE, ...json.placeOf(["runtime"]) };
  return { findings: [found("manifest.runtime", "a module from outside cannot run in the host", place)] };
}

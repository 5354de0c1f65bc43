import { honestBundle } from "./bundle-case.ts";
import type { AbuseCase } from "./case-file.ts";
import { blank, type CaseResult, notRun } from "./case-result.ts";
import { findFaults, refusalsOf } from "./gate.ts";
import type { Lab } from "./lab.ts";
import { type Fields, HONEST_NAME, HONEST_VERSION, writeManifest } from "./study-manifest.ts";

/** Looks at an honest bundle whose manifest, and perhaps source, a case has changed. */
export async function tryManifest(lab: Lab, abuse: AbuseCase, changes: Fields): Promise<CaseResult> {
  const { source } = changes;
  const code = typeof source === "string" ? source : undefined;
  return await judge(lab, abuse, [writeManifest(changes)], code);
}

/** A case about manifests that is only described, by its id. */
export async function tryDescribedManifest(lab: Lab, abuse: AbuseCase): Promise<CaseResult> {
  const known = DESCRIBED[abuse.id];
  return known === undefined
    ? notRun(abuse.id, "a manifest that is only described, and not among those we know")
    : await judge(lab, abuse, known);
}

const DESCRIBED: Readonly<Record<string, readonly string[]>> = {
  "MAN-026": ["[]", "null", "1", '"manifest"', "", `[${writeManifest({})}]`],
  "MAN-029": [
    writeManifest({}).replace("{", '{"__proto__":{"hosts":[]},'),
    `${writeManifest({}).slice(0, -1)},"__proto__":{"polluted":1}}`,
  ],
};

async function judge(lab: Lab, abuse: AbuseCase, manifests: readonly string[], source?: string): Promise<CaseResult> {
  const { id, expected, attack } = abuse;
  const result = blank(id);
  const seen: string[] = [];
  // The catalogue's honest module is newer than the installed one, but for the case that is about that.
  const version = /same version/i.test(attack) ? HONEST_VERSION : "1.0.0";
  const installed = [
    { name: HONEST_NAME, version },
    { name: "githubm", version: "1.0.0" },
  ];
  for (const text of manifests) {
    const bundle = honestBundle();
    bundle.set("manifest.json", Buffer.from(text));
    if (source !== undefined) bundle.set("module.ts", Buffer.from(source));
    const rules = refusalsOf(await findFaults(lab.inspector, bundle, installed));
    seen.push(rules.join(", ") || "taken");
    if (expected === "pass" ? rules.length > 0 : rules.length === 0) {
      result.wrong.push(`expected ${expected}, got ${rules.join(", ") || "taken"}`);
    }
  }
  result.saw = [...new Set(seen)].join("; ");
  for (const what of lab.canaries.changed()) result.escapes.push(`it changed ${what}`);
  return result;
}

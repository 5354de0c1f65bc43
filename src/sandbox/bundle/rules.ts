import type { Finding } from "#core/contract/validation.ts";
import { visible } from "#sandbox/validate/visible-text.ts";

/** Every rule that the intake of a bundle can find broken: how much it weighs and what to do about it. */
export const BUNDLE_RULES = {
  "bundle.name": {
    severity: "error",
    hint: "Use lower-case letters, digits, “-”, “_” and “.”, as in csv.ts or data/cities.json.",
  },
  "bundle.kind": {
    severity: "error",
    hint: "A bundle holds manifest.json, *.ts or module.wasm, data/, tests/*.json and README.md; take the rest out.",
  },
  "bundle.duplicate": { severity: "error", hint: "Give each file a name that no system takes for another's." },
  "bundle.count": { severity: "error", hint: "Put small files together; a bundle has 32 files at most." },
  "bundle.size": { severity: "error", hint: "Make it smaller: docs/writing-a-module.md lists how large files may be." },
  "bundle.text": { severity: "error", hint: "Save it as UTF-8 text; what is not text does not belong in a bundle." },
  "bundle.entry": { severity: "error", hint: "A module begins in module.ts or in module.wasm, one of them." },
  "bundle.missing": { severity: "error", hint: "Add the file; `nexus module new` writes one to start from." },
  "bundle.link": { severity: "error", hint: "Put the file itself there: links, devices and sockets are not followed." },
  "bundle.hard-link": {
    severity: "error",
    hint: "Copy the file, so that it is in this folder only: cp it and move it back.",
  },
  "bundle.unreadable": { severity: "error", hint: "Check that it is there, is yours and may be read." },
  "bundle.pack": { severity: "error", hint: "Pack the module's folder again with `nexus module pack`." },
  "bundle.encrypted": { severity: "error", hint: "Pack it without a password: what cannot be read cannot be checked." },
  "bundle.ratio": {
    severity: "error",
    hint: "Pack it with `nexus module pack`, which leaves such files uncompressed.",
  },
  "manifest.json": { severity: "error", hint: "Make it one plain JSON object; each key once." },
  "manifest.schema": {
    severity: "error",
    hint: "docs/module-manifest.schema.json says what may stand here; an editor that reads it shows it as you type.",
  },
  "manifest.runtime": {
    severity: "error",
    hint: 'Write "runtime": "sandbox": only NEXUS\'s own modules run in the host.',
  },
  "tests.json": { severity: "error", hint: "Make it one plain JSON list of tests; each key once." },
  "tests.schema": { severity: "error", hint: "docs/writing-a-module.md, “Tests”, says what a test may hold." },
  "tests.capability": { severity: "error", hint: "Name a capability of the manifest." },
  "tests.name": { severity: "error", hint: "Give each test a name of its own, so that a report can point at it." },
  "tests.count": { severity: "error", hint: "Keep to 200 tests; a test that no mutant needs can go." },
} as const satisfies Record<string, Pick<Finding, "severity" | "hint">>;

export type BundleRule = keyof typeof BUNDLE_RULES;

/** Where in a bundle; lines and columns from 1. */
export type Place = Pick<Finding, "file" | "line" | "column">;

/** A finding of one of these rules. What a stranger wrote may stand in `message`: it is made visible and cut. */
export function found(rule: BundleRule, message: string, place: Place = {}): Finding {
  return { rule, ...BUNDLE_RULES[rule], ...place, message: visible(message, 400) };
}

import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Finding, ValidationReport } from "#core/contract/validation.ts";
import { errorsOf } from "./errors-of.ts";

/**
 * Rules that nobody breaks by mistake: ways out of the sandbox, disguises, secrets, words that order readers about, and
 * answers learnt by heart. A repair would only teach whoever wrote it how not to be found, so the first of them is the
 * end. docs/module-rules.md explains each.
 */
export const POLICY_RULES: ReadonlySet<string> = new Set([
  "import.denied",
  "import.dynamic",
  "import.meta",
  "intrinsic.write",
  "prop.denied",
  "prop.prototype",
  "prop.symbol",
  "prop.thenable",
  "prop.tojson",
  "module.export-then",
  "text.invisible",
  "text.non-ascii-identifier",
  "text.escaped-identifier",
  "comment.source-url",
  "size.packed",
  "secret.literal",
  "manifest.host",
  "manifest.injection",
  "manifest.preference",
  "manifest.confusable-name",
  "probe.source-ignored",
]);

/**
 * Globals that no answer in a chat needs: whoever names one wants out, or to make code from text. Other names that a
 * module does not have (`console`, `URL`, one mistyped) are ordinary mistakes: the hint says what to write instead.
 */
const WAYS_OUT: ReadonlySet<string> = new Set([
  "process",
  "require",
  "module",
  "exports",
  "global",
  "globalThis",
  "self",
  "window",
  "eval",
  "Function",
  "Reflect",
  "Proxy",
  "WebAssembly",
  "SharedArrayBuffer",
  "Atomics",
  "Worker",
  "importScripts",
  "ShadowRealm",
  "Deno",
  "Bun",
  "__dirname",
  "__filename",
]);

/** What is wrong with files that no repair may touch: the manifest, the tests, the bundle as such, a binary. */
const UNTOUCHABLE = /^(?:manifest\.|bundle\.|wasm\.|tests\.(?!failed$|by-heart$))/;

/** The first finding that ends it at once; undefined when what is wrong are ordinary mistakes. */
export function findPolicy(entries: BundleEntries, report: ValidationReport): Finding | undefined {
  return errorsOf(report).find((finding) => isPolicy(finding, entries, report));
}

/** The first finding that a change of the code cannot mend. */
export function findUntouchable(report: ValidationReport): Finding | undefined {
  return errorsOf(report).find(({ rule }) => UNTOUCHABLE.test(rule));
}

function isPolicy(finding: Finding, entries: BundleEntries, report: ValidationReport): boolean {
  if (POLICY_RULES.has(finding.rule)) return true;
  if (finding.rule === "global.denied") return WAYS_OUT.has(nameAt(finding, entries));
  // An address that stands in the code is seen by the inspection, which asks for it to be taken out. One that comes to
  // light only when it is asked was put together so as not to be seen.
  if (finding.rule === "egress.denied") return asksUngrantedHost(report);
  return false;
}

function asksUngrantedHost({ egress }: ValidationReport): boolean {
  const granted = new Set(egress.declared.map(({ host }) => host));
  return egress.denied.some(({ host }) => !granted.has(host));
}

/** What is called where the finding points. */
function nameAt({ file, line, column }: Finding, entries: BundleEntries): string {
  const bytes = file === undefined ? undefined : entries.get(file);
  if (bytes === undefined || line === undefined || column === undefined) return "";
  const text = new TextDecoder().decode(bytes).split("\n")[line - 1] ?? "";
  return /^[\w$]+/.exec(text.slice(column - 1))?.[0] ?? "";
}

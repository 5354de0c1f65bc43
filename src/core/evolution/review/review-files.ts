import { createHash } from "node:crypto";
import { createTwoFilesPatch } from "diff";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { StagedBundle } from "#core/evolution/installer/installer.ts";

/** One file for whoever reads a module before they decide on it. */
export interface ReviewFile {
  readonly name: string;
  readonly mimeType: string;
  readonly text: string;
  readonly description: string;
}

/**
 * All there is to read of a module before it is installed: every file of it exactly, what changes against the bundle
 * whose place it takes, and the report of its validation. Nothing is left out, whatever its length.
 * @param base the bundle that is live now; left out, there is none
 */
export function reviewFiles(
  staged: Pick<StagedBundle, "entries" | "bundle" | "report" | "notes">,
  base?: Pick<StagedBundle, "entries" | "bundle">,
): ReviewFile[] {
  const { name, version } = staged.bundle.manifest;
  const file = (what: string, description: string, text: string, mimeType = "text/plain"): ReviewFile => ({
    name: `${name}-${version}-${what}`,
    mimeType,
    text,
    description,
  });
  const report = `${JSON.stringify(staged.report, undefined, 2)}\n`;
  return [
    file("source.txt", "Every file of it, exactly", wholeSource(staged.entries)),
    ...(base === undefined
      ? []
      : [
          file(
            "changes.diff",
            `What changes against ${base.bundle.manifest.version}, which runs now`,
            changesBetween(base.entries, staged.entries),
            "text/x-diff",
          ),
        ]),
    file("report.json", "What its validation found", report, "application/json"),
    ...(staged.notes.length === 0
      ? []
      : [file("notes.txt", "What was noted while it was written", `${staged.notes.join("\n")}\n`)]),
  ];
}

function wholeSource(entries: BundleEntries): string {
  const files = sorted(entries).map(([path, bytes]) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const text = textIn(bytes);
    const how = text === undefined ? ", Base64" : "";
    const head = `==> ${JSON.stringify(path)}, ${bytes.byteLength} bytes, sha256 ${sha256}${how} <==`;
    return `${head}\n${text ?? Buffer.from(bytes).toString("base64")}`;
  });
  return `${files.join("\n\n")}\n`;
}

/** A unified diff over all files that differ, those that came and went included. */
export function changesBetween(before: BundleEntries, after: BundleEntries): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changes = paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old !== undefined && now !== undefined && Buffer.compare(old, now) === 0) return [];
    return [changeOf(path, old, now)];
  });
  return changes.length === 0 ? "No file differs.\n" : changes.join("\n");
}

function changeOf(path: string, old: Uint8Array | undefined, now: Uint8Array | undefined): string {
  const [before, after] = [textIn(old ?? NOTHING), textIn(now ?? NOTHING)];
  const [from, to] = [old === undefined ? "/dev/null" : `a/${path}`, now === undefined ? "/dev/null" : `b/${path}`];
  if (before === undefined || after === undefined) return `--- ${from}\n+++ ${to}\nBytes that are no text differ.\n`;
  const patch = createTwoFilesPatch(from, to, before, after, undefined, undefined, {
    context: 3,
    timeout: PATIENCE_MS,
  });
  return patch ?? `--- ${from}\n+++ ${to}\nToo much differs to be told line by line: the source has all of it.\n`;
}

const NOTHING = new Uint8Array();
/** Two texts made to differ in every line would take minutes. */
const PATIENCE_MS = 1_000;

function sorted(entries: BundleEntries): (readonly [string, Uint8Array])[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Undefined for bytes that are no UTF-8. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

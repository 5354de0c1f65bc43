import { createHash } from "node:crypto";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { StagedBundle } from "#core/evolution/installer/installer.ts";
import { changesBetween, textIn } from "./changes-between.ts";

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
export async function reviewFiles(
  staged: Pick<StagedBundle, "entries" | "bundle" | "report" | "notes" | "provenance">,
  base?: Pick<StagedBundle, "entries" | "bundle">,
): Promise<ReviewFile[]> {
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
            (await changesBetween(base.entries, staged.entries)) || "No file differs.\n",
            "text/x-diff",
          ),
        ]),
    file("report.json", "What its validation found", report, "application/json"),
    ...(staged.notes.length === 0
      ? []
      : [file("notes.txt", "What was noted while it was written", `${staged.notes.join("\n")}\n`)]),
    ...reviewText(staged.provenance).map((text) =>
      file("review.txt", "What a model that did not write it said of it; nobody has checked that", text),
    ),
  ];
}

function reviewText(provenance: StagedBundle["provenance"]): string[] {
  if (provenance.from !== "build" || provenance.review === undefined) return [];
  const { by, concerns, isRewritten } = provenance.review;
  if (concerns.length === 0) return [];
  const anew = isRewritten ? " It was written anew after that." : "";
  return [`${by} was worried about this.${anew}\n\n${concerns.map((one) => `- ${one}\n`).join("")}`];
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

function sorted(entries: BundleEntries): (readonly [string, Uint8Array])[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

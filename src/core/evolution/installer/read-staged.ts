import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "#core/contract/canonical-json.ts";
import { digestEntries } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import { PersonId, Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { ValidationReport } from "#core/contract/validation.ts";
import type { StoredBundle } from "#core/store/store.ts";
import { bundleOf, manifestDigest } from "./bundle-bytes.ts";
import { unpackEntries } from "./entry-bytes.ts";
import { Provenance, type StagedBundle } from "./installer.ts";

/** A staged bundle with the digests that were found in its bytes. */
export interface ReadBundle extends StagedBundle {
  readonly manifestSha256: Sha256;
  readonly compiledSha256: Sha256;
}

/**
 * A bundle as it is kept, every digest found again in its bytes: of its entries, its manifest, what would run of it and
 * its report, each against the others.
 * @throws NexusError bundle_changed when any of them is not what it was named for
 */
export function readStaged(row: StoredBundle): ReadBundle {
  const entries = unpackEntries(row.entries);
  const compiled = unpackEntries(row.compiled);
  const sha256 = digestEntries(entries);
  must(sha256 === row.sha256, row, "its bytes");
  const compiledSha256 = digestEntries(compiled);
  must(compiledSha256 === row.compiledSha256, row, "what would run of it");
  const manifestSha256 = manifestDigest(entries);
  must(manifestSha256 === row.manifestSha256, row, "its manifest");
  const reportSha256 = textDigest(row.reportText);
  must(reportSha256 === row.reportSha256, row, "its report");
  const report = readReport(row);
  const { hashes } = report;
  must(hashes.bundle === sha256 && hashes.manifest === manifestSha256, row, "what its report is about");
  must((hashes.compiled ?? NOTHING) === compiledSha256, row, "the code its report is about");
  const bundle = bundleOf(entries, compiled);
  must(bundle.manifest.name === row.module && bundle.manifest.version === row.version, row, "its name");
  const kept = Kept.safeParse(row);
  if (!kept.success) throw new NexusError("bundle_changed", `${row.sha256}: what is told of it`, { cause: kept.error });
  const { provenance, contributors, notes, summary } = kept.data;
  return {
    entries,
    bundle,
    report,
    provenance,
    contributors,
    notes,
    ...(summary !== undefined && { summary }),
    sha256,
    reportSha256,
    manifestSha256,
    compiledSha256,
    stagedAt: row.stagedAt,
  };
}

/** A report as it is kept: one spelling, so that its digest is of what anybody can write down again. */
export function reportText(report: ValidationReport): string {
  const plain: Json = JSON.parse(JSON.stringify(report));
  return canonicalJson(plain);
}

/** SHA-256 of a text. */
export function textDigest(text: string): Sha256 {
  return Sha256.parse(createHash("sha256").update(text).digest("hex"));
}

/** The digest of no code at all: a WebAssembly module has none to compile. */
const NOTHING = digestEntries(new Map());

const Kept = z.object({
  provenance: Provenance,
  contributors: z.array(PersonId),
  notes: z.array(z.string()),
  summary: z.union([z.object({ text: z.string(), by: z.string() }), z.undefined()]),
});

function readReport(row: StoredBundle): ValidationReport {
  try {
    return ValidationReport.parse(JSON.parse(row.reportText));
  } catch (cause) {
    throw new NexusError("bundle_changed", `${row.sha256}: its report cannot be read`, { cause });
  }
}

function must(isSo: boolean, row: StoredBundle, what: string): asserts isSo {
  if (!isSo) throw new NexusError("bundle_changed", `${row.module} ${row.sha256}: ${what} changed since it was kept`);
}

import { isDeepStrictEqual } from "node:util";
import { digestEntries } from "#core/contract/bundle.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import { Json } from "#core/contract/json.ts";
import type { Store, StoredBundle } from "#core/store/store.ts";
import { bundleOf, manifestDigest } from "./bundle-bytes.ts";
import { packEntries, unpackEntries } from "./entry-bytes.ts";
import type { Candidate, StagedBundle } from "./installer.ts";
import { readStaged, reportText, textDigest } from "./read-staged.ts";

/**
 * Keeps exact bytes with what was found out about them. What is kept already stays as it is, unless it did not pass or is
 * broken; whoever contributed is added to those who did.
 * @throws NexusError bundle_changed when entries, compiled code and report are not of one bundle
 */
export async function stageBundle(store: Store, org: OrgId, candidate: Candidate): Promise<StagedBundle> {
  const row = rowOf(candidate);
  // What cannot be read back is not worth keeping.
  readStaged({ ...row, stagedAt: new Date(0) });
  return store.transaction(async (inside) => {
    const { moduleBundles } = inside.forOrg(org);
    const before = await moduleBundles.get(row.sha256);
    if (before !== undefined && isGood(before)) await moduleBundles.addContributors(row.sha256, row.contributors);
    else await moduleBundles.put(row);
    const after = await moduleBundles.get(row.sha256);
    if (after === undefined) throw new NexusError("internal", `${row.sha256} could not be kept`);
    return readStaged(after);
  });
}

function rowOf(candidate: Candidate): Omit<StoredBundle, "stagedAt"> {
  const { entries, bundle, report, provenance, contributors, notes, summary } = candidate;
  const compiled = packEntries(bundle.code);
  const again = bundleOf(entries, unpackEntries(compiled));
  const { wasm, ...rest } = bundle;
  const { wasm: wasmAgain, ...restAgain } = again;
  const isSameWasm = Buffer.from(wasm ?? []).equals(Buffer.from(wasmAgain ?? []));
  if (!isSameWasm || !isDeepStrictEqual(rest, restAgain)) {
    throw new NexusError("bundle_changed", `what was compiled is not of ${digestEntries(entries)}`);
  }
  const text = reportText(report);
  return {
    sha256: again.sha256,
    module: again.manifest.name,
    version: again.manifest.version,
    entries: packEntries(entries),
    compiled,
    manifestSha256: manifestDigest(entries),
    compiledSha256: digestEntries(bundle.code),
    reportText: text,
    reportSha256: textDigest(text),
    provenance: Json.parse(provenance),
    contributors,
    notes: [...notes],
    summary: summary && { ...summary },
  };
}

function isGood(row: StoredBundle): boolean {
  try {
    return readStaged(row).report.ok;
  } catch (thrown) {
    if (asNexusError(thrown).code === "bundle_changed") return false;
    throw thrown;
  }
}

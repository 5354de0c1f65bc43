import type { OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Part } from "#core/contract/reply.ts";
import { reviewFiles } from "#core/evolution/review/review-files.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/**
 * All there is to read of what is to be installed, as files: its source, what changes, its report.
 * @throws NexusError bundle_changed
 */
export async function readingOf(
  deps: Pick<OrchestratorDeps, "installer">,
  org: OrgId,
  { sha256, base }: { readonly sha256: Sha256; readonly base?: { readonly sha256: Sha256 } },
): Promise<Part[]> {
  const staged = await deps.installer.staged(org, sha256);
  if (staged === undefined) {
    return [{ type: "notice", tone: "warning", text: "The bytes of this module are not kept any more." }];
  }
  const live = base && (await deps.installer.staged(org, base.sha256));
  return (await reviewFiles(staged, live)).map((file) => ({ type: "file", ...file }));
}

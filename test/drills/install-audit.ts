import { openAuditRoom } from "#cli/audit-room.ts";
import { readConfig } from "#config.ts";

/** Whether the record of every org in a data directory holds together, and is what its anchors say. */
export async function isAuditWhole(dataDir: string, signal: AbortSignal): Promise<boolean> {
  await using room = await openAuditRoom(readConfig({ NEXUS_DATA_DIR: dataDir }), undefined);
  for (const { org } of await room.orgs(undefined)) {
    const verdict = await room.audit.verify(org, signal);
    if (verdict.intact) continue;
    console.error(`the audit of ${org}: ${verdict.why}`);
    return false;
  }
  return true;
}

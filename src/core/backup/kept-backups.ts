import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The name of a backup made at `now`, without its folder. Later ones sort behind earlier ones. */
export function backupName(now: Date): string {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "-");
  return `nexus-${time}.nexusbackup`;
}

/**
 * Deletes all but the newest backups of a folder: what `backupName` names, and nothing else that lies there.
 * @returns the names of those that went
 */
export function keepNewest(folder: string, keep: number): string[] {
  const names = readdirSync(folder)
    .filter((name) => /^nexus-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.nexusbackup$/.test(name))
    .toSorted();
  const older = names.slice(0, Math.max(0, names.length - keep));
  for (const name of older) rmSync(join(folder, name));
  return older;
}

import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Installed } from "./installed.ts";

/** How many calls run now. */
export interface RunCounts {
  /** Counts a call until what it returns is disposed. */
  begin(org: OrgId, module: Installed): Disposable;
  /** Of a module in an org, whatever its version. */
  running(org: OrgId, module: ModuleName): number;
  /** Of exact bytes, in every org. */
  of(sha256: Sha256): number;
}

/** Makes the counts. @param onIdle the last call of exact bytes has ended */
export function createRunCounts(onIdle: (module: Installed) => void): RunCounts {
  const counts = new Map<string, number>();
  const change = (key: string, by: number): number => {
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
    return count;
  };
  const keyOf = (org: OrgId, module: ModuleName): string => `${org} ${module}`;
  return {
    begin(org, module) {
      const key = keyOf(org, module.manifest.name);
      change(key, 1);
      change(module.sha256, 1);
      return {
        [Symbol.dispose]() {
          change(key, -1);
          if (change(module.sha256, -1) === 0) onIdle(module);
        },
      };
    },
    running: (org, module) => counts.get(keyOf(org, module)) ?? 0,
    of: (sha256) => counts.get(sha256) ?? 0,
  };
}

import type { ModuleHost } from "#core/contract/sandbox.ts";

/** A host that has nothing to give but what is handed in. */
export function bareHost(parts: Partial<ModuleHost> = {}): ModuleHost {
  return {
    fetch: async () => ({ ok: false, code: "denied", detail: "nothing may be fetched here" }),
    log: () => {},
    cacheGet: async () => undefined,
    cacheSet: async () => {},
    fileList: async () => [],
    fileRead: async () => undefined,
    fileWrite: async () => {},
    fileRemove: async () => {},
    ...parts,
  };
}

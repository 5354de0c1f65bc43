import type { Installation, InstallationQuery, InstallationStore } from "@slack/bolt";
import type { DoorMemory } from "#core/contract/door.ts";

const KEY = "installation:";

/** Where the tokens of each workspace are kept, sealed: under its organisation when that installed NEXUS for all of its. */
export interface SealedInstallations extends InstallationStore {
  /** The workspaces and organisations that have installed NEXUS. */
  ids(): Promise<readonly string[]>;
  /** Erases what is held of a workspace, and of its organisation when it was installed through that. */
  forget(tenantId: string, enterpriseId: string | undefined): Promise<void>;
}

/** Creates the store over the door's memory. */
export function createInstallationStore(memory: DoorMemory): SealedInstallations {
  const keyOf = ({ isEnterpriseInstall, enterpriseId, teamId }: InstallationQuery<boolean>): string => {
    const id = isEnterpriseInstall ? enterpriseId : teamId;
    if (id === undefined) throw new Error("an installation of nobody");
    return `${KEY}${id}`;
  };

  return {
    async storeInstallation(installation) {
      const isEnterpriseInstall = installation.isEnterpriseInstall === true;
      const query = { isEnterpriseInstall, enterpriseId: installation.enterprise?.id, teamId: installation.team?.id };
      await memory.setSecret(keyOf(query), JSON.stringify(installation));
    },
    async fetchInstallation(query) {
      const text = await memory.getSecret(keyOf(query));
      if (text === undefined) throw new Error("there is no such installation");
      const installation: Installation = JSON.parse(text);
      return installation;
    },
    deleteInstallation: async (query) => await memory.delete(keyOf(query)),
    ids: async () => (await memory.keys(KEY)).map((key) => key.slice(KEY.length)),
    async forget(tenantId, enterpriseId) {
      await memory.delete(`${KEY}${tenantId}`);
      if (enterpriseId !== undefined) await memory.delete(`${KEY}${enterpriseId}`);
    },
  };
}

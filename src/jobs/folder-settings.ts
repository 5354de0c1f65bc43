import { NexusError } from "#core/contract/errors.ts";
import { ConversationKey } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { FolderWanted } from "./watch-folders.ts";

/** Who is taken to have sent what is dropped, and where they are answered. */
export interface FolderTeller {
  readonly platform: "slack" | "discord";
  readonly tenantId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly isPrivate: boolean;
}

/** A folder as the settings have it, with what is to be done with its files. */
export interface FolderOrder extends FolderWanted {
  /** What would be said with the file, or the capability that is to have it. */
  readonly as?: string | { readonly module: string; readonly capability: string };
  readonly tellIn?: FolderTeller;
}

/** The folders of the settings: the one for bank exports, and those of the config file. */
export function foldersOf({
  watchFolder,
  folders,
}: {
  readonly watchFolder?: string | undefined;
  readonly folders: readonly Omit<FolderOrder, "setting">[];
}): FolderOrder[] {
  const named = folders.map((folder, at) => ({ ...folder, setting: `folders.${at}.path` }));
  if (watchFolder === undefined) return named;
  // How large a bank file may be is the module's to say, to whoever dropped it.
  const bank = { path: watchFolder, setting: "NEXUS_WATCH_FOLDER", endings: [".csv"], maxMib: 100, polling: false };
  return [bank, ...named];
}

/**
 * What is said with the files of a folder. A capability is asked for in the words of its first example, which mean it
 * beyond doubt.
 * @throws NexusError config_invalid for one that none of the modules has
 */
export function wordsFor({ as = "", setting }: FolderOrder, modules: readonly Manifest[]): string {
  if (typeof as === "string") return as;
  const capabilities = modules.find(({ name }) => name === as.module)?.capabilities;
  const found = capabilities?.find(({ name }) => name === as.capability)?.examples[0];
  if (found !== undefined) return found;
  throw new NexusError("config_invalid", `${setting}: ${as.module}.${as.capability}`, {
    say: `${setting.replace(".path", ".as")} names ${as.module}.${as.capability}, which no module of this release has.`,
    hint: "Name another, or say in words what is to be done with the files: “import this bank statement”.",
  });
}

/** The person and the conversation that a folder's files are taken to come from. */
export function placeOf({ platform, tenantId, channelId, userId, isPrivate }: FolderTeller): {
  actor: Actor;
  conversation: Conversation;
} {
  const at = { platform, tenantId };
  return {
    actor: { ...at, id: userId, displayName: userId, affiliation: "unknown", platformRoleIds: [] },
    conversation: {
      ...at,
      key: ConversationKey.parse(`${platform}:${tenantId}:${channelId}`),
      channelId,
      kind: isPrivate ? "dm" : "channel",
      audience: isPrivate ? "just_me" : "members",
    },
  };
}

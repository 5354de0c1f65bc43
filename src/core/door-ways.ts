import type { FrontEnd, StreamPort } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { MessageRef, Platform } from "#core/contract/message.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** What a turn may ask of the door it came through, or of that of another platform. */
export type DoorWays = Pick<
  OrchestratorDeps,
  "readAttachment" | "stream" | "resolve" | "lookUp" | "groups" | "removal"
> & {
  /** As `FrontEnd.permalink`. */
  readonly permalink: (message: MessageRef, signal: AbortSignal) => Promise<string | undefined>;
};

/** Makes what the mind asks of doors: each question goes to the door of its platform, where one is open. */
export function createDoorWays(doors: () => readonly FrontEnd[]): DoorWays {
  const doorOf = (platform: Platform): FrontEnd | undefined => doors().find((door) => door.platform === platform);
  return {
    readAttachment(platform, attachment, maxBytes, signal) {
      const door = doorOf(platform);
      if (door === undefined) throw new NexusError("file_unreadable", `no ${platform} door is open to read the file`);
      return door.read(attachment, maxBytes, signal);
    },
    stream: (context) => doorOf(context.conversation.platform)?.stream(context) ?? SILENT,
    resolve: async (actor, conversation, signal) =>
      (await doorOf(conversation.platform)?.resolve?.(actor, conversation, signal)) ?? { actor, conversation },
    lookUp: async (actor, signal) => (await doorOf(actor.platform)?.lookUp?.(actor, signal)) ?? actor,
    groups: async ({ platform, tenantId }, signal) => await doorOf(platform)?.groups?.(tenantId, signal),
    permalink: async (message, signal) => await doorOf(message.platform)?.permalink?.(message, signal),
    removal: {
      mayRemove: async (message, signal) => (await doorOf(message.platform)?.mayRemove?.(message, signal)) ?? false,
      remove: async (message, signal) => (await doorOf(message.platform)?.remove?.(message, signal)) ?? false,
    },
  };
}

const SILENT: StreamPort = { text: () => undefined, step: () => undefined, end: () => undefined };

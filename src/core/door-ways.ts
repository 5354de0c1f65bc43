import type { FrontEnd, StreamPort } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Platform } from "#core/contract/message.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** What a turn may ask of the door it came through, or of that of another platform. */
export type DoorWays = Pick<
  OrchestratorDeps,
  "readAttachment" | "stream" | "resolve" | "lookUp" | "groups" | "removal" | "permalink" | "findPlace"
>;

/** Makes what the mind asks of doors: each question goes to the door of its platform, where one is open. */
export function createDoorWays(
  doors: () => readonly FrontEnd[],
  readDropped?: (ref: string, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array>,
): DoorWays {
  const doorOf = (platform: Platform): FrontEnd | undefined => doors().find((door) => door.platform === platform);
  return {
    readAttachment(platform, attachment, maxBytes, signal) {
      // Wherever it is told of, it lies in a folder of this machine.
      if (readDropped !== undefined && attachment.ref.startsWith(DROPPED)) {
        return readDropped(attachment.ref.slice(DROPPED.length), maxBytes, signal);
      }
      const door = doorOf(platform);
      if (door === undefined) throw new NexusError("file_unreadable", `no ${platform} door is open to read the file`);
      return door.read(attachment, maxBytes, signal);
    },
    stream: (context) => doorOf(context.conversation.platform)?.stream(context) ?? SILENT,
    resolve: async (actor, conversation, signal) =>
      (await doorOf(conversation.platform)?.resolve?.(actor, conversation, signal)) ?? { actor, conversation },
    lookUp: async (actor, signal) => (await doorOf(actor.platform)?.lookUp?.(actor, signal)) ?? actor,
    groups: async ({ platform, tenantId }, signal) => await doorOf(platform)?.groups?.(tenantId, signal),
    findPlace: async (actor, name, signal) =>
      (await doorOf(actor.platform)?.findPlace?.(actor, name, signal)) ?? { why: "unknown" },
    permalink: async (message, signal) => await doorOf(message.platform)?.permalink?.(message, signal),
    removal: {
      mayRemove: async (message, signal) => (await doorOf(message.platform)?.mayRemove?.(message, signal)) ?? false,
      remove: async (message, signal) => (await doorOf(message.platform)?.remove?.(message, signal)) ?? false,
    },
  };
}

/** What the reference of a file begins with that was dropped into a folder: no door makes such a one. */
export const DROPPED = "nexus-folder:";

const SILENT: StreamPort = { text: () => undefined, step: () => undefined, end: () => undefined };

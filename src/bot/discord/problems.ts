import { NexusError } from "#core/contract/errors.ts";
import type { Directory } from "./directory.ts";
import { isDenied } from "./failure.ts";

/** What NEXUS was refused for want of a permission, until it works there again. */
export interface Problems {
  /** The error as it is or, where a permission is missing, one that names it and says where to grant it. */
  explain(error: unknown, channelId: string): unknown;
  /** It works there. */
  clear(channelId: string): void;
  /** For the status line; undefined when nothing is missing. */
  line(): string | undefined;
}

/** Makes the empty list. */
export function createProblems(directory: Directory): Problems {
  const missing = new Map<string, string>();
  return {
    explain(error, channelId) {
      if (!isDenied(error)) return error;
      const named = directory.missingIn(channelId);
      const lacks = named.length > 0 ? named.join(", ") : "View Channel or Send Messages";
      const channel = directory.names(undefined).channel(channelId);
      const where = channel === undefined ? "that channel" : `#${channel}`;
      missing.set(channelId, `${where}: ${lacks}`);
      return new NexusError("platform_refused", `no permission in ${channelId}: ${lacks}`, {
        ...(error instanceof NexusError && { cause: error.cause }),
        isPlaceGone: true,
        say: `In ${where} I lack the permission ${lacks}.`,
        hint: "Give it to my role under Server Settings, Roles, or in the channel's own permissions.",
      });
    },
    clear: (channelId) => void missing.delete(channelId),
    line() {
      if (missing.size === 0) return undefined;
      return `no permission in ${[...missing.values()].slice(0, MOST_NAMED).join("; ")}`;
    },
  };
}

const MOST_NAMED = 3;

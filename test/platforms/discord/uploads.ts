import { attachmentWire } from "./wire.ts";
import type { Attachment, Wire, World } from "./world.ts";

export interface FileGiven {
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** Every file that was ever sent, and its link. */
export interface Uploads {
  store(file: FileGiven & { readonly description?: string | undefined }): Attachment;
  /** A file given with a command or a form: entered into the interaction's `resolved.attachments` by its id. */
  resolve(file: FileGiven, into: Record<string, Wire>): string;
  /** What a link leads to; undefined when it has ended. */
  find(id: string): Attachment | undefined;
}

/** @param lifetimeMs how long a link works. Source: https://discord.com/developers/docs/reference#signed-attachment-cdn-urls */
export function createUploads(world: World, origin: () => string, lifetimeMs: number): Uploads {
  const stored = new Map<string, Attachment>();
  function store({ name, contentType, content, description }: Parameters<Uploads["store"]>[0]): Attachment {
    const expiresAtMs = world.clock().getTime() + lifetimeMs;
    const attachment = { id: world.snowflake(), filename: name, contentType, content, description, expiresAtMs };
    stored.set(attachment.id, attachment);
    return attachment;
  }
  return {
    store,
    resolve(file, into) {
      const attachment = store(file);
      into[attachment.id] = { ...attachmentWire(origin(), "0", attachment), ephemeral: true };
      return attachment.id;
    },
    find(id) {
      const attachment = stored.get(id);
      return attachment !== undefined && world.clock().getTime() <= attachment.expiresAtMs ? attachment : undefined;
    },
  };
}

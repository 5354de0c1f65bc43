import { fileTooLarge, readAtMost } from "#bot/read-at-most.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Attachment } from "#core/contract/message.ts";
import type { DiscordApi } from "./api.ts";
import { readRef } from "./parse/attachment-ref.ts";

/**
 * The bytes of a file that came with a message. Its address is signed and expires within a day, so a fresh one is asked
 * for when it does. https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
 * @throws NexusError file_too_large | file_unreadable
 */
export async function readFile(
  attachment: Attachment,
  maxBytes: number,
  { api, apiUrl }: { api: DiscordApi; apiUrl: string },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const ref = readRef(attachment.ref);
  if (ref === undefined) throw unreadable(attachment, "has no reference of Discord's");
  if ((attachment.bytes ?? 0) > maxBytes) throw fileTooLarge(attachment.name, maxBytes);
  let response = await get(ref.url);
  if (GONE.has(response.status) && ref.messageId !== undefined) {
    await response.body?.cancel();
    const message = await api.message(ref.channelId, ref.messageId, signal);
    const fresh = message.attachments.find(({ id }) => id === ref.attachmentId);
    if (fresh === undefined) throw unreadable(attachment, "is no longer on its message");
    response = await get(fresh.url);
  }
  if (!response.ok || response.body === null) throw unreadable(attachment, `was answered with ${response.status}`);
  return await readAtMost(response.body, maxBytes, attachment.name);

  async function get(address: string): Promise<Response> {
    const url = new URL(address);
    const isOurs = url.origin === new URL(apiUrl).origin || (url.protocol === "https:" && HOSTS.has(url.hostname));
    if (!isOurs) throw unreadable(attachment, `is at ${url.origin}, which is not Discord's`);
    try {
      return await fetch(url, { signal, redirect: "error" });
    } catch (cause) {
      throw new NexusError("upstream_unavailable", "a file of Discord's could not be fetched", { cause });
    }
  }
}

const HOSTS: ReadonlySet<string> = new Set(["cdn.discordapp.com", "media.discordapp.net"]);
const GONE: ReadonlySet<number> = new Set([403, 404]);

function unreadable({ name }: Attachment, why: string): NexusError {
  return new NexusError("file_unreadable", `${name} ${why}`, { say: `“${name}” can no longer be read.` });
}

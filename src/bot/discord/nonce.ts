import { z } from "zod";

/**
 * The name under which Discord recognises a message that is sent again, for some minutes: an id of ours in 22
 * characters, and what it is a part of. https://docs.discord.com/developers/resources/message#create-message
 * @param id UUID
 * @param part one or two characters
 */
export function nonceOf(id: string, part: string): string {
  return `${Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url")}${part}`;
}

/** The body with its nonce, so that sending it twice shows it once. */
export function withNonce<Body extends object>(body: Body, id: string, part: string) {
  return { ...body, nonce: nonceOf(id, part), enforce_nonce: true };
}

/** When a UUIDv7 was minted; Unix ms. */
export function mintedMs(id: string): number {
  return Number.parseInt(z.uuidv7().parse(id).replaceAll("-", "").slice(0, 12), 16);
}

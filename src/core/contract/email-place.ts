import { z } from "zod";
import { ConversationKey, type OrgId } from "./ids.ts";
import type { Conversation } from "./message.ts";

/** One address, as mail is sent to it: the part behind the @ in small letters. */
export const MailAddress = z
  .email()
  .max(200)
  .transform((address) => {
    const at = address.lastIndexOf("@");
    return `${address.slice(0, at)}@${address.slice(at + 1).toLowerCase()}`;
  });

/** An address as somebody typed it; undefined when it is none, or more than one. */
export function readMailAddress(text: string): string | undefined {
  return MailAddress.safeParse(text.trim().replaceAll(/^<|>$/g, "")).data;
}

/**
 * An address as a place that is written to, and never hears anything.
 * @param readers who reads what comes there: whose own address it is, or several
 */
export function emailPlace(org: OrgId, address: string, readers: "just_me" | "members"): Conversation {
  return {
    key: ConversationKey.parse(`email:${org}:${address}`),
    platform: "email",
    tenantId: org,
    channelId: address,
    kind: "dm",
    audience: readers,
    name: address,
  };
}

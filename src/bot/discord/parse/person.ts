import { z } from "zod";
import { cleanLine } from "#bot/clean-text.ts";
import type { Actor } from "#core/contract/message.ts";

/** https://docs.discord.com/developers/resources/user#user-object */
export const UserPayload = z.object({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
export type UserPayload = z.infer<typeof UserPayload>;

/** https://docs.discord.com/developers/resources/guild#guild-member-object */
export const MemberPayload = z.object({ nick: z.string().nullish(), roles: z.array(z.string()) });
export type MemberPayload = z.infer<typeof MemberPayload>;

/** A name to show: what a person is called in this server, or else everywhere. */
export function displayName(
  user: UserPayload,
  member: { readonly nick?: string | null | undefined } | undefined,
): string {
  return cleanLine(member?.nick ?? user.global_name ?? user.username) || user.id;
}

/** Whoever acted, in the tenant they acted in. Without a membership Discord says nothing of who they are there. */
export function actorOf(
  user: UserPayload,
  member: MemberPayload | undefined,
  tenantId: string,
  locale?: string,
): Actor {
  return {
    platform: "discord",
    tenantId,
    id: user.id,
    displayName: displayName(user, member),
    affiliation: member === undefined ? "unknown" : "member",
    platformRoleIds: member?.roles ?? [],
    ...(locale !== undefined && { locale }),
  };
}

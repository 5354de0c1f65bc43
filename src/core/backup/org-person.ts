import { z } from "zod";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { type Actor, Platform } from "#core/contract/message.ts";
import type { Repositories } from "#core/store/store.ts";
import { split } from "./org-section.ts";

/** Somebody as a file names them, by what their platform calls them: `slack:T…:U…`. */
export function personKey({ platform, tenantId, id }: Pick<Actor, "platform" | "tenantId" | "id">): string {
  return `${platform}:${tenantId}:${id}`;
}

/** The actor that a key names. What their platform says of them is looked up when they do something. @throws ZodError */
export function actorOf(key: string): Actor {
  const [platform, tenantId = "", id = ""] = split(key, 3);
  return {
    platform: Platform.parse(platform),
    tenantId,
    id: z.string().min(1).parse(id),
    displayName: id,
    affiliation: "unknown",
    platformRoleIds: [],
  };
}

/** The person that a key names; who has never spoken here gets their name when they do. @throws ZodError */
export async function personOf(inside: Repositories, org: OrgId, key: string): Promise<PersonId> {
  const actor = actorOf(key);
  if ((await inside.people.orgOf(actor.platform, actor.tenantId)) !== org) await inside.people.attachTenant(org, actor);
  const known = (await inside.forOrg(org).roles.find(actor.id)).find(({ externalId }) => externalId === actor.id);
  return known?.person ?? (await inside.people.identify(actor)).person;
}

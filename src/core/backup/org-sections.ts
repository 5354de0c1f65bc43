import { z } from "zod";
import { ChannelPolicy, ModuleGrant } from "#core/contract/channel-policy.ts";
import { Role } from "#core/contract/gate.ts";
import { ChannelKey, ModuleName } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { Conversation, Platform } from "#core/contract/message.ts";
import { QuotaPeriod, QuotaScope } from "#core/contract/quota.ts";
import { CLOCK_SECTIONS } from "./org-clock.ts";
import { personOf } from "./org-person.ts";
import { plain, type Section, split } from "./org-section.ts";

/** What is exported, in the order in which it is written. Secrets are in none of them, and neither are people's names. */
export const SECTIONS: readonly Section[] = [
  {
    name: "modules",
    title: "Modules switched off",
    read: async (inside, org) =>
      Object.fromEntries([...(await inside.forOrg(org).moduleStates.off())].map((module) => [module, "off"])),
    write: (inside, org, key, value) => inside.forOrg(org).moduleStates.set(ModuleName.parse(key), value === undefined),
  },
  {
    name: "module_grants",
    title: "Who may use a module",
    read: async (inside, org) => Object.fromEntries(plain([...(await inside.forOrg(org).moduleGrants.all())])),
    write: (inside, org, key, value) =>
      inside
        .forOrg(org)
        .moduleGrants.set(ModuleName.parse(key), value === undefined ? undefined : ModuleGrant.parse(value)),
  },
  {
    name: "channel_policies",
    title: "What channels allow",
    read: async (inside, org) => {
      const all = await inside.forOrg(org).channelPolicies.all();
      return Object.fromEntries(plain(all.map(({ channel, policy }) => [channel, policy])));
    },
    write: (inside, org, key, value) =>
      inside
        .forOrg(org)
        .channelPolicies.set(ChannelKey.parse(key), value === undefined ? undefined : ChannelPolicy.parse(value)),
  },
  {
    name: "role_mappings",
    title: "Groups that give a role",
    read: async (inside, org) => {
      const all = await inside.forOrg(org).roleMappings.all();
      return Object.fromEntries(plain(all.map(({ platform, group, ...rest }) => [`${platform}:${group}`, rest])));
    },
    write: async (inside, org, key, value) => {
      const [platform, group] = split(key, 2);
      const ref = { platform: Platform.parse(platform), group: z.string().min(1).parse(group) };
      const mappings = inside.forOrg(org).roleMappings;
      if (value === undefined) await mappings.remove(ref);
      else await mappings.set({ ...ref, ...Mapping.parse(value) });
    },
  },
  {
    name: "roles",
    title: "Roles of people",
    // Whoever was given a role here in the meantime keeps it: a file must not lock anybody out.
    onlyAdds: true,
    read: async (inside, org) => {
      const roles: Record<string, Json> = {};
      for (const { person, role } of await inside.forOrg(org).roles.granted()) {
        for (const { platform, tenantId, externalId } of await inside.people.identitiesOf({ org, person })) {
          if (platform !== "console" && role !== undefined) roles[`${platform}:${tenantId}:${externalId}`] = role;
        }
      }
      return roles;
    },
    write: async (inside, org, key, value, by) => {
      const person = await personOf(inside, org, key);
      const grantedBy = by.kind === "person" ? (await inside.forOrg(org).roles.find(by.id))[0]?.person : undefined;
      await inside.forOrg(org).roles.set(person, Role.parse(value), grantedBy);
    },
  },
  {
    name: "limits",
    title: "Limits on usage",
    read: async (inside, org) => {
      const all = await inside.forOrg(org).quotas.all();
      // A limit on one person names them by this NEXUS's own number, which means nothing elsewhere.
      const general = all.filter(({ scope, subject }) => scope !== "person" || subject === "*");
      return Object.fromEntries(
        general.map(({ scope, period, subject, milli }) => [`${scope}:${period}:${subject}`, { milli: milli ?? null }]),
      );
    },
    write: async (inside, org, key, value, by) => {
      const [scope, period, subject] = split(key, 3);
      const which = {
        scope: QuotaScope.parse(scope),
        period: QuotaPeriod.parse(period),
        subject: z.string().min(1).max(255).parse(subject),
      };
      const { quotas } = inside.forOrg(org);
      if (value === undefined) return quotas.clear(which);
      const { milli } = Limit.parse(value);
      return quotas.set({ ...which, milli: milli ?? undefined, by: `${by.kind}:${by.id}` });
    },
  },
  {
    name: "routing",
    title: "How requests are routed",
    read: async (inside, org) => {
      const current = await inside.forOrg(org).orgConfigs.current(ROUTING);
      return current === undefined ? {} : { [ROUTING]: current.config };
    },
    onlyAdds: true,
    write: async (inside, org, key, value, by) => {
      z.literal(ROUTING).parse(key);
      const configs = inside.forOrg(org).orgConfigs;
      const known = (await configs.current(ROUTING))?.version ?? 0;
      await configs.add(ROUTING, known, value ?? {}, by);
    },
  },
  {
    name: "approvals",
    title: "Where approvals are asked for",
    read: async (inside, org) => {
      const channel = await inside.forOrg(org).gates.channel();
      return channel === undefined ? {} : Object.fromEntries(plain([["channel", channel]]));
    },
    write: (inside, org, key, value) => {
      z.literal("channel").parse(key);
      return inside.forOrg(org).gates.setChannel(value === undefined ? undefined : Conversation.parse(value));
    },
  },
  ...CLOCK_SECTIONS,
];

const ROUTING = "routing";
const Mapping = z.strictObject({ label: z.string().max(200), role: Role });
const Limit = z.strictObject({ milli: z.number().int().nonnegative().nullable() });

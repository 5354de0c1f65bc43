import { NexusError } from "#core/contract/errors.ts";
import { PersonId } from "#core/contract/ids.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import { NamedChannel } from "#core/contract/programs/policy.ts";
import type { LimitParams, LimitResource } from "#core/contract/programs/usage.ts";
import { actorRef, type Principal } from "#core/contract/principal.ts";
import { EACH } from "#core/contract/quota.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { LimitLine, Metering } from "#core/metering/metering.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { noSuchPerson, requireInstalled } from "./not-here.ts";

type UsagePrograms = Pick<Programs, "usage" | "listLimits" | "putLimit">;

/** What programs do with usage and its limits. */
export function createUsagePrograms(deps: AdminDeps & { readonly metering: Metering }): UsagePrograms {
  const { store, registry, metering, authorise } = deps;
  /** A limit on what there is not would never be reached, and nobody would know why. */
  const requireSubject = async ({ org }: Principal, { scope, subject }: LimitParams): Promise<void> => {
    if (subject === EACH) return;
    switch (scope) {
      case "org":
        throw badSubject(subject, "The org has one limit a day and one a month: its subject is `*`.");
      case "channel":
        if (!NamedChannel.safeParse(subject).success) {
          throw badSubject(
            subject,
            "A channel is platform:tenant:channel, as in slack:T012:C345; `*` is each of them.",
          );
        }
        return;
      case "person": {
        const person = PersonId.safeParse(subject);
        if (!person.success || (await store.forOrg(org).directory.get(person.data)) === undefined) {
          throw noSuchPerson(subject);
        }
        return;
      }
      case "module":
        requireInstalled(registry, org, [subject]);
        return;
      default:
        scope satisfies never;
    }
  };
  return {
    async usage(principal, { from, to, by, scope }) {
      await authorise(principal, scope === "me" ? "usage.own" : "usage.read");
      if (scope === "me" && by !== "day" && by !== "person") {
        throw new NexusError("request_invalid", `own usage by ${by}`, {
          say: "Your own usage is summed by day.",
          hint: "Ask with scope=org, if you may, for sums by channel, module or model.",
        });
      }
      const { day, monthStart } = metering.today();
      const days = { from: from ?? monthStart, to: to ?? day };
      const lines = await metering.usage(principal.org, {
        ...days,
        by,
        ...(scope === "me" && { person: principal.person }),
      });
      const rows = lines.map(({ key, units, uses, microUsd, unpriced }) => ({
        key,
        uses,
        units,
        costUsd: unpriced > 0 ? null : microUsd / 1_000_000,
      }));
      return { ...days, by, rows };
    },
    async listLimits(principal, query) {
      await authorise(principal, "usage.read");
      return pageOf((await metering.limits(principal.org)).map(toResource), keyOf, query);
    },
    async putLimit(principal, { units, ...key }) {
      await authorise(principal, "quota.manage", { kind: "limit", id: `${key.scope}:${key.period}:${key.subject}` });
      await requireSubject(principal, key);
      await metering.setLimit(principal.org, { ...key, units }, actorRef(principal));
      const lines = await metering.limits(principal.org);
      const line = lines.find((one) => keyOf(one) === keyOf(key));
      return line === undefined ? { ...key, units: null, raised: 0, from: "settings" } : toResource(line);
    },
  };
}

function badSubject(subject: string, say: string): NexusError {
  return new NexusError("request_invalid", `a limit for ${subject}`, { say });
}

function keyOf({ scope, period, subject }: Pick<LimitLine, "scope" | "period" | "subject">): string {
  return `${scope}:${period}:${subject}`;
}

function toResource({ scope, subject, period, limit, raised, from, standing, resetsAt }: LimitLine): LimitResource {
  return {
    scope,
    subject,
    period,
    units: limit ?? null,
    raised,
    from,
    ...(standing && { used: standing.used, held: standing.held }),
    resetsAt: resetsAt.toISOString(),
  };
}

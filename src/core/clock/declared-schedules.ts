import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { declaredScheduleId } from "#core/contract/declared-schedule.ts";
import { NexusError } from "#core/contract/errors.ts";
import { ConversationKey, type OrgId, type ScheduleId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { newCode } from "#core/contract/short-code.ts";
import {
  BriefingSection,
  HOUSE_SECTIONS,
  MisfirePolicy,
  type SchedulePlan,
  ScheduleRule,
} from "#core/contract/schedule.ts";
import type { Store } from "#core/store/store.ts";
import { checkRule } from "./rule/check-rule.ts";
import type { HolidayBook } from "./holiday-book.ts";
import { nextTimes } from "./rule/next-times.ts";

const CapabilitySection = BriefingSection.options[0].omit({ kind: true });

/** One schedule of the file: whose rights it runs with, and where it posts, as the platform names them. */
const Declared = z.strictObject({
  name: z.string().min(1).max(80),
  rule: ScheduleRule,
  misfire: MisfirePolicy.default("late"),
  lateMinutes: z.number().int().min(0).max(1_440).default(120),
  sections: z
    .array(z.union([z.enum(HOUSE_SECTIONS), CapabilitySection]))
    .min(1)
    .max(8),
  whenNothing: z.enum(["silent", "line"]).default("line"),
  platform: z.enum(["slack", "discord"]),
  /** Slack's team id, Discord's server id. */
  tenant: z.string().min(1),
  /** The id of a channel where its owner and NEXUS are. */
  channel: z.string().min(1),
  /** The id of a person. */
  owner: z.string().min(1),
});
type Declared = z.infer<typeof Declared>;

/** Schedules that the operator has written into a file. */
export interface DeclaredSchedules {
  /** Whether a schedule is of the file: it is changed there, and nowhere else. */
  isDeclared(id: ScheduleId): boolean;
  /** Sets what the file says, where that is not so yet; what waits for its workspace to speak first is tried again. */
  apply(): Promise<void>;
}

/**
 * Reads the file at `path`; without one nothing is declared.
 * @throws NexusError config_invalid naming the entry and what is wrong with it
 */
export async function openDeclaredSchedules(
  path: string | undefined,
  deps: { readonly store: Store; readonly holidays: HolidayBook; readonly clock: Clock; readonly log: Log },
): Promise<DeclaredSchedules> {
  const declared = path === undefined ? [] : await readDeclared(path);
  const waiting = new Set(declared);
  const ids = new Set<ScheduleId>();
  return {
    isDeclared: (id) => ids.has(id),
    async apply() {
      for (const one of waiting) {
        const org = await deps.store.people.orgOf(one.platform, one.tenant);
        if (org === undefined) continue;
        ids.add(declaredScheduleId(org, one.name));
        await put(deps, org, one);
        waiting.delete(one);
      }
    },
  };
}

async function readDeclared(path: string): Promise<Declared[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => Promise.reject(invalid("cannot be read", cause)));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("is not JSON", cause);
  }
  const read = z.array(Declared).max(200).safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalid(`is wrong at ${issue?.path.join(".") ?? "its beginning"}: ${issue?.message ?? ""}`, read.error);
  }
  const names = read.data.map(({ platform, tenant, name }) => `${platform}:${tenant}:${name}`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`names ${twice} twice`);
  for (const { name, rule } of read.data) {
    try {
      checkRule(rule);
    } catch (cause) {
      throw invalid(`has a rule for “${name}” that cannot be: ${cause instanceof NexusError ? cause.say : ""}`, cause);
    }
  }
  return read.data;
}

function invalid(what: string, cause?: unknown): NexusError {
  return new NexusError("config_invalid", `the file of NEXUS_SCHEDULES ${what}`, {
    say: `The file of NEXUS_SCHEDULES ${what}`,
    cause,
  });
}

async function put(
  { store, holidays, clock, log }: Parameters<typeof openDeclaredSchedules>[1],
  org: OrgId,
  one: Declared,
): Promise<void> {
  const { platform, tenant, owner, name, rule, misfire, lateMinutes, whenNothing } = one;
  const actor: Actor = {
    platform,
    tenantId: tenant,
    id: owner,
    displayName: owner,
    affiliation: "unknown",
    platformRoleIds: [],
  };
  const { person } = await store.people.identify(actor);
  const { schedules } = store.forOrg(org);
  const plan: SchedulePlan = {
    title: name,
    rule,
    misfire,
    lateMinutes,
    task: { do: "briefing", sections: one.sections.map(sectionOf), whenNothing },
    actor,
    place: placeOf(one),
    also: [],
  };
  const id = declaredScheduleId(org, name);
  const held = await schedules.get(id);
  // A restart is no change: what was due meanwhile stays due.
  if (held !== undefined && held.state !== "ended" && isDeepStrictEqual(held.plan, plan)) return;
  const [nextAt] = nextTimes(rule, clock(), 1, holidays.of(org, person, rule));
  const code = held?.code ?? newCode((size) => randomBytes(size));
  await schedules.put({ id, person, code, plan, ...(nextAt && { nextAt }) });
  log.info({ schedule: id, org }, "a schedule of the configuration is set");
}

function sectionOf(section: Declared["sections"][number]): BriefingSection {
  return typeof section === "string" ? { kind: "house", what: section } : { kind: "capability", ...section };
}

function placeOf({ platform, tenant, channel }: Declared): Conversation {
  return {
    platform,
    tenantId: tenant,
    channelId: channel,
    key: ConversationKey.parse(`${platform}:${tenant}:${channel}`),
    kind: "channel",
    audience: "members",
  };
}

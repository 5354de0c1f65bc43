import { EACH, type QuotaKey } from "#core/contract/quota.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { NexusError } from "#core/contract/errors.ts";
import { toUnits } from "#core/contract/run-units.ts";
import { changeDraft } from "#core/metering/limits.ts";
import type { Repositories } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { LOCALE } from "./chosen-locale.ts";
import { type Change, onTopOf } from "./plan-change.ts";
import { ROUTING, toRouting, writeRoutingIn } from "#core/orchestrator/models/routing.ts";
import { heldOwner, setOwner } from "#core/orchestrator/clock/set-owner.ts";
import { setSchedule } from "#core/orchestrator/clock/set-schedule.ts";
import { heldHook, setHook } from "#core/orchestrator/clock/set-hook.ts";
import { heldWatch, setWatch } from "#core/orchestrator/clock/set-watch.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** What is set now where a change would set something, as the change would write it. */
export async function heldNow(
  inside: Pick<Repositories, "forOrg" | "people">,
  org: OrgId,
  person: PersonId,
  change: Change,
): Promise<Change["before"]> {
  const { channelPolicies, moduleGrants, orgConfigs, preferences, reminders, schedules } = inside.forOrg(org);
  switch (change.set) {
    case "policy":
      return (await channelPolicies.get(change.channel)) ?? null;
    case "grant":
      return (await moduleGrants.get(change.module)) ?? null;
    case "limit":
      return limitHeld(inside, org, change.key);
    case "routing":
      return toRouting(await orgConfigs.current(ROUTING)).config;
    case "zone":
      return (await inside.people.chosenTimeZone({ org, person })) ?? null;
    case "locale": {
      const { [LOCALE]: locale } = await preferences.all(person);
      return typeof locale === "string" ? locale : null;
    }
    case "reminders": {
      const waiting = await reminders.waiting(person);
      return [...change.before, ...change.after].filter((one) =>
        waiting.some(({ id, dueAt }) => id === one.id && dueAt.getTime() === one.dueAt),
      );
    }
    case "watch":
      return heldWatch(inside, org, change);
    case "hook":
      return heldHook(inside, org, change);
    case "schedule_owner":
      return heldOwner(inside, org, change);
    case "schedule": {
      const held = await schedules.get(change.id);
      return held === undefined || held.state === "ended" ? null : held.plan;
    }
    default:
      return change satisfies never;
  }
}

/** A limit as somebody set it, in run units. */
export async function limitHeld(
  inside: Pick<Repositories, "forOrg">,
  org: OrgId,
  { scope, subject, period }: QuotaKey,
): Promise<number | "off" | "default"> {
  const named = scope === "org" ? EACH : subject;
  const all = await inside.forOrg(org).quotas.all();
  const set = all.find((one) => one.scope === scope && one.subject === named && one.period === period);
  if (set === undefined) return "default";
  return set.milli === undefined ? "off" : toUnits(set.milli);
}

/**
 * Makes a change as part of the commit of a turn, with its line in the audit.
 * @throws NexusError internal when something else has been set meanwhile: the turn is tried again, and sees it
 */
export async function makeChange(
  deps: Pick<OrchestratorDeps, "rightsChanges" | "metering" | "audit" | "holidays" | "hooks" | "clock">,
  inside: Repositories,
  scene: Pick<Scene, "turn" | "person">,
  person: PersonId,
  wanted: Change,
): Promise<void> {
  const { org, turnId } = scene.turn;
  const by = { actor: actorOf(scene), turn: turnId };
  const change = onTopOf(wanted, await heldNow(inside, org, person, wanted));
  if (change === undefined)
    throw new NexusError("internal", `a ${wanted.set} was changed while a plan was carried out`);
  switch (change.set) {
    case "policy":
      await deps.rightsChanges.policyIn(inside, org, by, change.channel, change.after ?? undefined);
      return;
    case "grant":
      await deps.rightsChanges.grantIn(inside, org, by, change.module, change.after ?? undefined);
      return;
    case "limit": {
      const limit = { ...change.key, units: change.after };
      await deps.metering.setLimitIn(inside, org, limit, by.actor);
      const entry = { ...changeDraft(limit), actor: by.actor, right: "quota.manage", turn: turnId };
      await deps.audit.recordIn(inside, org, entry);
      return;
    }
    case "routing": {
      const { version } = toRouting(await inside.forOrg(org).orgConfigs.current(ROUTING));
      const write = { known: version, config: change.after };
      const newest = await writeRoutingIn(inside, deps.audit, org, by, write);
      if (newest !== undefined) throw new NexusError("internal", `routing is at version ${newest} already`);
      return;
    }
    case "zone":
      await inside.people.chooseTimeZone({ org, person }, change.after ?? undefined);
      return;
    case "locale": {
      const { preferences } = inside.forOrg(org);
      if (change.after === null) await preferences.remove(person, LOCALE);
      else await preferences.set(person, LOCALE, change.after);
      return;
    }
    case "reminders":
      await setReminders(inside, org, person, change);
      return;
    case "schedule":
      await setSchedule(deps, inside, scene, change);
      return;
    case "schedule_owner":
      await setOwner(deps, inside, scene, change);
      return;
    case "watch":
      await setWatch(deps, inside, scene, person, change);
      return;
    case "hook":
      await setHook(deps, inside, scene, change);
      return;
    default:
      change satisfies never;
  }
}

async function setReminders(
  inside: Repositories,
  org: OrgId,
  person: PersonId,
  { before, after }: Extract<Change, { set: "reminders" }>,
): Promise<void> {
  const { reminders } = inside.forOrg(org);
  for (const { id } of before) if (!after.some((one) => one.id === id)) await reminders.end(id, "ended");
  for (const one of after) {
    if (before.some(({ id }) => id === one.id)) continue;
    await reminders.add({ ...one, person, dueAt: new Date(one.dueAt) });
  }
}

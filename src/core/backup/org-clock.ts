import { z } from "zod";
import { declaredScheduleId } from "#core/contract/declared-schedule.ts";
import { HookPlan } from "#core/contract/hook.ts";
import { HookId, newId, type OrgId, ScheduleId, WatchId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import { readCode } from "#core/contract/short-code.ts";
import { SchedulePlan } from "#core/contract/schedule.ts";
import { WatchPlan } from "#core/contract/watch.ts";
import { NO_SECRET } from "#core/store/stored-hook.ts";
import type { Repositories } from "#core/store/store.ts";
import { actorOf, personKey, personOf } from "./org-person.ts";
import { plain, type Section } from "./org-section.ts";

const owned = { owner: z.string().max(300) };
const Paused = z.literal(true).exactOptional();
const MovedSchedule = SchedulePlan.omit({ actor: true, also: true }).extend(owned);
const MovedWatch = WatchPlan.omit({ actor: true, isPrivate: true }).extend({ ...owned, endsAt: z.iso.datetime() });
const MovedHook = HookPlan.omit({ actor: true }).extend({ ...owned, paused: Paused });
const Code = z.string().refine((text) => readCode(text) === text);

/**
 * What comes by itself into the channels of an org, by the codes that people call it by. What goes to one person alone is
 * theirs and not the org's, mail addresses have said yes to this NEXUS only, and what is set up here in the meantime stays.
 */
export const CLOCK_SECTIONS: readonly Section[] = [
  {
    name: "schedules",
    title: "Schedules",
    onlyAdds: true,
    read: async (inside, org) => {
      const all = (await inside.forOrg(org).schedules.all()).filter(
        // What the operator's file says is said there as well.
        ({ id, plan }) => isShared(plan) && id !== declaredScheduleId(org, plan.title),
      );
      return Object.fromEntries(
        plain(
          all.map(({ code, state, plan }) => {
            const { actor, also: _, rule, ...rest } = plan;
            const paused = state === "paused" && { paused: true };
            return [code, { ...rest, rule: shared(rule), owner: personKey(actor), ...paused }] as const;
          }),
        ),
      );
    },
    write: async (inside, org, key, value) => {
      const { owner, ...moved } = MovedSchedule.parse(value);
      const { schedules } = inside.forOrg(org);
      const found = await schedules.byCode(Code.parse(key));
      const held = found?.state === "ended" ? undefined : found;
      const whose = await ownerOf(inside, org, owner, held);
      const calendar = held?.plan.rule.calendar;
      const rule = { ...shared(moved.rule), ...(calendar !== undefined && { calendar }) };
      const plan: SchedulePlan = { ...moved, rule, actor: whose.actor, also: held?.plan.also ?? [] };
      const id = held?.id ?? newId(ScheduleId);
      await schedules.put({ id, person: whose.person, code: key, plan, nextAt: UNCOUNTED });
    },
  },
  {
    name: "watches",
    title: "Watches",
    onlyAdds: true,
    read: async (inside, org) => {
      const all = (await inside.forOrg(org).watches.all()).filter(
        ({ plan }) => isShared(plan) && !plan.isPrivate && plan.test.is !== "meetings",
      );
      return Object.fromEntries(
        plain(
          all.map(({ code, endsAt, plan }) => {
            const { actor, isPrivate: _, ...rest } = plan;
            return [code, { ...rest, owner: personKey(actor), endsAt: endsAt.toISOString() }] as const;
          }),
        ),
      );
    },
    write: async (inside, org, key, value) => {
      const { owner, endsAt, ...moved } = MovedWatch.parse(value);
      const { watches } = inside.forOrg(org);
      const found = await watches.byCode(Code.parse(key));
      const held = found?.state === "on" ? found : undefined;
      const whose = await ownerOf(inside, org, owner, held);
      const plan: WatchPlan = { ...moved, actor: whose.actor, isPrivate: false };
      const id = held?.id ?? newId(WatchId);
      await watches.put({ id, person: whose.person, code: key, plan, endsAt: new Date(endsAt) });
    },
  },
  {
    name: "hooks",
    title: "Hooks",
    onlyAdds: true,
    read: async (inside, org) => {
      const all = (await inside.forOrg(org).hooks.all()).filter(({ plan }) => isShared(plan));
      return Object.fromEntries(
        plain(
          all.map(({ code, state, plan: { actor, ...plan } }) => [
            code,
            { ...plan, owner: personKey(actor), ...(state === "paused" && { paused: true }) },
          ]),
        ),
      );
    },
    write: async (inside, org, key, value) => {
      const { owner, paused, ...moved } = MovedHook.parse(value);
      const { hooks } = inside.forOrg(org);
      const held = await hooks.byCode(Code.parse(key));
      const whose = await ownerOf(inside, org, owner, held);
      const id = held?.id ?? newId(HookId);
      const plan: HookPlan = { ...moved, actor: whose.actor };
      // Its address names this NEXUS and this org, and its secret stayed where it was.
      await hooks.put({ id, person: whose.person, code: key, plan }, NO_SECRET);
      if (paused) await hooks.setState(id, ["on"], "paused");
    },
  },
];

/** After every time that a rule can have: the next one is counted when NEXUS starts, by its clock and its holidays. */
const UNCOUNTED = new Date(Date.UTC(9999, 0, 1));

/** Whether it is for a channel, and of somebody who is known elsewhere too. */
function isShared({ place, actor }: { readonly place: Conversation; readonly actor: Actor }): boolean {
  const isOpen = place.audience !== "just_me" && place.kind !== "group_dm";
  return isOpen && !NOWHERE.has(place.platform) && !NOWHERE.has(actor.platform);
}

/** A rule without the calendar that it is read with: that is named by somebody's address, and opened by their account. */
function shared(rule: SchedulePlan["rule"]): SchedulePlan["rule"] {
  const { calendar: _, ...rest } = rule;
  return rest;
}

/** What names a place or somebody on this machine only. */
const NOWHERE: ReadonlySet<string> = new Set(["console", "email", "api"]);

async function ownerOf(
  inside: Repositories,
  org: OrgId,
  owner: string,
  held: { readonly person: string; readonly plan: { readonly actor: Actor } } | undefined,
) {
  const person = await personOf(inside, org, owner);
  // What is known of them here is more than a file says.
  const isTheirs = held !== undefined && personKey(held.plan.actor) === owner;
  return { person, actor: isTheirs ? held.plan.actor : actorOf(owner) };
}

import type { NexusError } from "#core/contract/errors.ts";
import { turnReference } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { moment } from "#core/contract/moment.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { type Composer, say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelName } from "#core/orchestrator/place-name.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule, StoredSlot } from "#core/store/store.ts";
import { onHolidaysDue } from "./holidays-due.ts";
import { askToAdopt } from "./orphaned.ts";
import { ownerPlace } from "./owner-place.ts";
import { readSlotName } from "./slot-name.ts";
import { type Draw, toldAlone } from "./told-alone.ts";

/**
 * Something about a schedule that only whoever set it up needs to hear: slots that were missed, one to be decided on, or a
 * place that is gone. A channel hears nothing of it.
 * @param id `<schedule>@<why>`: skipped, asked, mail_ended, place_gone, orphaned, or holidays to be read again
 */
export async function onScheduleNotice(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const { schedule: known, slot: why } = readSlotName(id);
  const schedule = await deps.store.forOrg(scene.turn.org).schedules.get(known);
  if (schedule === undefined) return { replies: [] };
  switch (/^[a-z_]+/.exec(why)?.[0]) {
    case "skipped":
      return {
        replies: [],
        elsewhere: await toldAlone(deps, scene, schedule, await skippedLine(deps, scene, schedule)),
      };
    case "asked":
      return { replies: [], elsewhere: await toldAlone(deps, scene, schedule, await question(deps, scene, schedule)) };
    case "place_gone":
      return placeGone(deps, scene, schedule);
    case "mail_ended":
      return { replies: [], elsewhere: await toldAlone(deps, scene, schedule, mailEnded(schedule, why)) };
    case "holidays":
      return onHolidaysDue(deps, scene, schedule);
    case "orphaned":
      return { replies: [], elsewhere: schedule.state === "orphaned" ? await askToAdopt(deps, scene, schedule) : [] };
    default:
      deps.log.warn({ turn: scene.turn.turnId, schedule: known }, "a notice of a schedule that nobody knows");
      return { replies: [] };
  }
}

/** What a slot failed of, for whoever set it up. */
export function failedNotice(
  deps: Pick<OrchestratorDeps, "store">,
  scene: Scene,
  schedule: StoredSchedule,
  { say: because, hint, code }: NexusError,
): Promise<Elsewhere[]> {
  const reference = turnReference(scene.turn.turnId);
  return toldAlone(deps, scene, schedule, (composer) =>
    say(
      `“${inert(schedule.plan.title)}” could not be done this time: ${inert(because)} ${inert(hint)}`,
      [settings(composer, schedule)],
      [{ type: "context", markdown: `${code} · ref ${reference}` }],
    ),
  );
}

/** How many of the last slots are looked at. */
const LOOK_BACK = 100;

async function skippedLine(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Draw | undefined> {
  const slots = await deps.store.forOrg(scene.turn.org).schedules.slots(schedule.id, LOOK_BACK);
  const missed = sinceLast(slots, "skipped");
  const [newest] = missed;
  if (newest === undefined) return undefined;
  const times =
    missed.length === 1
      ? `for ${whenOf(newest.dueAt, scene)}`
      : `${missed.length} times, the last for ${whenOf(newest.dueAt, scene)}`;
  const next = schedule.nextAt === undefined ? "" : ` Next: ${moment(schedule.nextAt, "date_time")}.`;
  return (composer) =>
    say(
      `I left out “${inert(schedule.plan.title)}” ${times}: I was not running then, and it was too late after.${next}`,
      [settings(composer, schedule)],
    );
}

async function question(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Draw | undefined> {
  const slots = await deps.store.forOrg(scene.turn.org).schedules.slots(schedule.id, LOOK_BACK);
  const [asked] = sinceLast(slots, "asked");
  if (asked === undefined) return undefined;
  const { id } = schedule;
  const when = whenOf(asked.dueAt, scene);
  return (composer) =>
    say(`“${inert(schedule.plan.title)}” was for ${when}, and I was not running then. Is it still wanted?`, [
      composer.button("Run It Now", { verb: "sch", schedule: id, do: "run", slot: asked.slot }, "primary"),
      composer.button("Leave It", { verb: "sch", schedule: id, do: "leave", slot: asked.slot }),
    ]);
}

/** Somebody who reads at an address wants no more mail there. */
function mailEnded(schedule: StoredSchedule, why: string): Draw {
  const address = why.slice(why.indexOf(":") + 1);
  return (composer) =>
    say(`“${inert(schedule.plan.title)}” is not mailed to ${inert(address)} any more: it was ended there.`, [
      settings(composer, schedule),
    ]);
}

/** The newest slots of a state, until one of another. */
function sinceLast(slots: readonly StoredSlot[], state: StoredSlot["state"]): readonly StoredSlot[] {
  const from = slots.findIndex((slot) => slot.state === state);
  if (from < 0) return [];
  const rest = slots.slice(from);
  const end = rest.findIndex((slot) => slot.state !== state);
  return end < 0 ? rest : rest.slice(0, end);
}

/** The channel was archived or deleted, or NEXUS was taken out of it: it is paused, and whoever set it up told once. */
async function placeGone(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Outcome> {
  if (schedule.state !== "on") return { replies: [] };
  const { org } = scene.turn;
  const { id, plan, code } = schedule;
  const known = await ownerPlace(deps, org, plan);
  const isSamePlace = known?.conversation.channelId === plan.place.channelId;
  const where = known === undefined ? "its place" : channelName(channelOf(plan.place), known.conversation);
  const summary = `I paused “${inert(plan.title)}”: ${where} is archived or gone, or I was taken out of it.`;
  const hint = `Once I can post there again, \`resume ${code}\` goes on with it; in another place, set it up there.`;
  const elsewhere =
    known === undefined || isSamePlace
      ? []
      : [
          {
            conversation: known.conversation,
            actor: { ...known.actor, ...scene.asker },
            reply: say(
              summary,
              [settings(scene.composer.at(known.conversation), schedule)],
              [{ type: "context", markdown: hint } as const],
            ),
          },
        ];
  return {
    replies: [],
    elsewhere,
    audit: [
      {
        act: "schedule.changed",
        outcome: "done",
        actor: actorOf(scene),
        subject: { kind: "schedule", id },
        detail: { to: "paused", because: "place_gone" },
      },
    ],
    commit: async (inside) =>
      void (await inside.forOrg(org).schedules.setState(id, ["on"], "paused", "its place is gone, or closed to me")),
  };
}

function settings(composer: Composer, { id }: StoredSchedule) {
  return composer.button("Settings", { verb: "sch", schedule: id, do: "settings" });
}

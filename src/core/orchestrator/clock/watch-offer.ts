import { randomBytes } from "node:crypto";
import { z } from "zod";
import { readClause } from "#core/clock/watches/condition.ts";
import { fieldsOf, nameAt, unitAt, valueAt } from "#core/clock/watches/fields.ts";
import { anyChange, type Candidate, fitCondition, isBeginning } from "#core/clock/watches/fit-condition.ts";
import { isSo } from "#core/clock/watches/judge.ts";
import { minutesBetween } from "#core/clock/watches/pace.ts";
import { sayTest } from "#core/clock/watches/say-test.ts";
import { sayAmount } from "#core/clock/watches/units.ts";
import { dayOf } from "#core/lidm/slots/dates/civil.ts";
import { createZones } from "#core/lidm/slots/dates/zones.ts";
import { newId, WatchId } from "#core/contract/ids.ts";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { Json } from "#core/contract/json.ts";
import { newCode } from "#core/contract/short-code.ts";
import type { WatchPlan } from "#core/contract/watch.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { visibilityOf } from "#core/orchestrator/context.ts";
import { failure } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { refusedWith } from "#core/orchestrator/runs/use-right.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import { recordRun } from "#core/orchestrator/why.ts";
import { alone, offerPlan, READ_WHOLE } from "#core/orchestrator/wishes/plan-offer.ts";
import { placeNote, reminderPlace, zoneNote } from "#core/orchestrator/wishes/plan-reminders.ts";
import type { WatchDraft } from "./watch-draft.ts";
import { lookAt, type LookResult } from "./watch-run.ts";

/** How many watches one person may have going on. */
export const MOST_WATCHES = 10;
/** How long a watch goes on unless it is renewed; days. */
export const WATCH_DAYS = 30;

/**
 * Asks once what the source says now, and offers to watch it: with what it says, and what would be told. Where the words
 * may mean several of its values, those are offered instead.
 */
export async function offerWatch(deps: OrchestratorDeps, scene: Scene, draft: WatchDraft): Promise<Outcome> {
  const { watches } = deps.store.forOrg(scene.turn.org);
  const mine = (await watches.ofPerson(scene.person)).filter(({ plan }) => plan.test.is !== "meetings");
  if (mine.length >= MOST_WATCHES) {
    const full = `You have ${mine.length} watches going on, and ${MOST_WATCHES} are the most I keep for one person.`;
    return { replies: [alone(say(`${full} \`watches\` shows them, and \`end\` with a code makes room.`))] };
  }
  const asked = findCapability(deps, scene.turn.org, draft).capability;
  const missing = asked.required.find((slot) => draft.input[slot] === undefined);
  if (missing !== undefined) {
    return { replies: [alone(say(inert(asked.slots[missing]?.ask ?? `Which ${missing}?`)))] };
  }
  const place = await reminderPlace(deps, scene);
  const look = await lookAt(deps, scene, draft, place);
  if (look.is === "away") return { replies: [alone(say("That module is not here, or switched off."))] };
  if (look.is === "refused") return refusedWith(scene, look, look.verdict);
  const { result, manifest, capability } = look;
  const record = { at: scene.now.getTime(), route: READ_WHOLE, run: recordRun(result, draft.input), right: look.right };
  if (!result.ok && !isNothing(result)) {
    const { person, asker, conversation, now } = scene;
    const context = { turnId: scene.turn.turnId, person, manifest, capability, input: draft.input, attachments: [] };
    return { replies: [alone(failure(result, { ...context, conversation, asker, now }, scene.composer))], record };
  }
  const meant = meaningOf(draft, result, scene);
  if ("say" in meant) return { replies: [alone(meant.say)], record };
  const { candidate, note } = meant;
  const data = result.ok ? result.data : undefined;
  const already = isSo(candidate.test, data, valueAt(data, candidate.path));
  if (already && draft.isAnyway === undefined)
    return { replies: [alone(isSoNow(scene, draft, candidate, result))], record };
  const same = mine.find(({ plan }) => isSameWatch(plan, draft, candidate));
  if (same !== undefined) {
    return { replies: [alone(say(`I watch that for you already: \`watch ${same.code}\`.`))], record };
  }
  const untilMs = endOfNamedDay(draft.input, scene);
  const plan: WatchPlan = {
    title: clip(inert(draft.clause), 200),
    module: draft.module,
    capability: draft.capability,
    input: draft.input,
    ...candidate,
    often: draft.often,
    everyMinutes: minutesBetween(capability.cacheTtlS),
    actor: scene.actor,
    place,
    isPrivate: visibilityOf(manifest, place) === "only_actor",
    days: WATCH_DAYS,
    ...(untilMs !== undefined && { untilMs }),
    ...(already && { isSoAlready: true }),
  };
  const code = await freshCode(deps, scene);
  const offered = await offerPlan(deps, scene, {
    title: `tell you ${draft.often === "once" ? "when" : "whenever"} ${plan.title}`,
    changes: [{ set: "watch", id: newId(WatchId), code, before: null, after: plan }],
    items: itemsOf(scene, plan, look, result),
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(already ? ["It is so now, so I tell you when it has been otherwise and is so again."] : []),
      endNote(plan),
      ...(result.ok && result.sample
        ? ["This is **sample data**: nothing real is watched until it is connected."]
        : []),
      ...placeNote(scene, place),
      ...(plan.untilMs === undefined ? [] : zoneNote(scene)),
    ],
    others: connectButton(scene, look, result),
  });
  return { ...offered, record };
}

/** The end of a watch, in words: what ends it, and after how long it ends anyway. */
export function endNote({ often, untilMs, days }: Pick<WatchPlan, "often" | "untilMs" | "days">): string {
  const once = often === "once" ? "I tell you once. " : "I tell you each time. ";
  return untilMs === undefined
    ? `${once}It ends by itself after ${days} days, unless you renew it.`
    : `${once}It ends by itself when that day is over.`;
}

/** What a watch looks at, in words: `Weather forecast, Porto, 2026-11-21`. */
export function lookedAt(title: string, plan: Pick<WatchPlan, "input">): string {
  const values = Object.values(plan.input).filter((value) => typeof value === "string" || typeof value === "number");
  return clip([title, ...values.map((value) => inert(String(value)))].join(", "), 200);
}

/** A value as its source says it now. */
export function sayValue(path: WatchPlan["path"], value: Json | undefined, locale: string): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "number") return sayAmount(unitAt(path), value, locale);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 1 ? "1 entry" : `${value.length} entries`;
  return typeof value === "string" ? clip(inert(value), 150) : "several values";
}

function meaningOf(draft: WatchDraft, result: AdapterRunResult, scene: Scene) {
  if (draft.of !== undefined) return { candidate: draft.of, note: undefined };
  const reading = readClause(draft.clause);
  if (reading === undefined) return { say: say("I can't tell from those words what to wait for.") };
  if (!result.ok) {
    if (isBeginning(reading.condition))
      return { candidate: { path: [], test: { is: "there" } } satisfies Candidate, note: undefined };
    const none = `It has nothing to tell now, so I can't see what to compare: ${inert(result.say)}`;
    return { say: say(none) };
  }
  const fields = fieldsOf(result.data);
  const region = new Intl.Locale(scene.asker.locale).maximize().region ?? "";
  const context = { input: draft.input, isFahrenheit: FAHRENHEIT.has(region) };
  const { sure, choices, note } = fitCondition(reading.condition, fields, context);
  if (sure !== undefined) return { candidate: sure, note };
  const offered = [...choices, ...anyChange(fields, draft.input)].filter(
    ({ path, test }, at, all) =>
      all.findIndex((one) => one.test.is === test.is && JSON.stringify(one.path) === JSON.stringify(path)) === at,
  );
  if (offered.length === 0) {
    return { say: say(`It answers with nothing that I could compare: ${inert(result.summary)}`) };
  }
  const { locale } = scene.asker;
  const actions = offered.slice(0, MOST_CHOICES).map((of) =>
    scene.composer.button(titleCase(sayTest(of.path, of.test, locale)), {
      verb: "wat",
      do: "plan",
      draft: { ...draft, of },
    }),
  );
  const items = offered
    .slice(0, MOST_CHOICES)
    .map(({ path }) => ({ label: nameAt(path), value: sayValue(path, valueAt(result.data, path), locale) }))
    .filter(({ label }, at, all) => all.findIndex((one) => one.label === label) === at);
  const question = `I am not sure which of these you mean by “${inert(draft.clause)}”. When shall I tell you?`;
  return {
    say: say(question, actions, [
      { type: "text", markdown: inert(result.summary) },
      { type: "fields", items },
    ]),
  };
}

/** Where people say degrees and mean Fahrenheit. */
const FAHRENHEIT: ReadonlySet<string> = new Set(["US", "BS", "BZ", "KY", "PR", "PW"]);
const MOST_CHOICES = 4;

/** Whether a source answers that there is nothing, which is an answer. */
export function isNothing(result: Extract<AdapterRunResult, { ok: false }>): boolean {
  return result.code === "no_data" || result.code === "not_found";
}

function isSoNow(scene: Scene, draft: WatchDraft, candidate: Candidate, result: AdapterRunResult) {
  const now = inert(result.ok ? result.summary : result.say);
  if (candidate.test.is === "gone")
    return say(`I don't find that among what there is now, so there is nothing to wait for. ${now}`);
  const again = { ...draft, of: candidate, isAnyway: true } as const;
  const next = scene.composer.button("Tell Me the Next Time", { verb: "wat", do: "plan", draft: again });
  return say(`That is so already. ${now}`, [next]);
}

function isSameWatch(plan: WatchPlan, draft: WatchDraft, { path, test }: Candidate): boolean {
  const key = (module: string, capability: string, of: unknown): string => JSON.stringify([module, capability, of]);
  const one = key(plan.module, plan.capability, [plan.input, plan.path, plan.test]);
  return one === key(draft.module, draft.capability, [draft.input, path, test]);
}

function itemsOf(scene: Scene, plan: WatchPlan, look: Extract<LookResult, { is: "run" }>, result: AdapterRunResult) {
  const { locale } = scene.asker;
  const value = result.ok ? valueAt(result.data, plan.path) : undefined;
  const now = result.ok ? `${sayValue(plan.path, value, locale)}: ${inert(result.summary)}` : inert(result.say);
  return [
    {
      label: "What I look at",
      value: lookedAt(`${look.manifest.title}: ${look.capability.title.toLowerCase()}`, plan),
    },
    { label: "I tell you when", value: inert(sayTest(plan.path, plan.test, locale)) },
    { label: "Now", value: clip(now, 300) },
    {
      label: "How often I look",
      value: `every ${plan.everyMinutes} minutes or so, by your rights and on your account`,
    },
  ];
}

/** The end of the day that was named, on the asker's clock. */
function endOfNamedDay(input: WatchDraft["input"], { asker, now }: Scene): number | undefined {
  const day = z.iso.date().safeParse(input["date"]);
  if (!day.success) return undefined;
  const [year = 0, month = 0, date = 0] = day.data.split("-").map(Number);
  const midnight = createZones().toIso({ day: dayOf(year, month, date) + 1, minutes: 0 }, asker.timeZone);
  const at = Date.parse(midnight);
  return at > now.getTime() ? at : undefined;
}

/** A code that nothing that goes on has: `end` takes those of schedules and watches alike. */
async function freshCode(deps: Pick<OrchestratorDeps, "store">, { turn }: Scene): Promise<string> {
  const { watches, schedules } = deps.store.forOrg(turn.org);
  const taken = new Set(await watches.codes());
  let code = newCode(randomBytes);
  while (taken.has(code) || (await schedules.byCode(code)) !== undefined) code = newCode(randomBytes);
  return code;
}

function connectButton(
  scene: Scene,
  { manifest, capability }: Extract<LookResult, { is: "run" }>,
  result: AdapterRunResult,
) {
  const need = manifest.credentials.find(({ name }) => capability.credentials.includes(name));
  if (!result.ok || !result.sample || need === undefined) return [];
  const label = titleCase(`Connect ${need.title}`);
  return [
    scene.composer.button(label, { verb: "con", module: manifest.name, credential: need.name, asked: scene.person }),
  ];
}

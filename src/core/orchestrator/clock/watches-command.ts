import { NexusError } from "#core/contract/errors.ts";
import { readCode } from "#core/contract/short-code.ts";
import type { WatchPlan } from "#core/contract/watch.ts";
import type { StoredWatch } from "#core/store/store.ts";
import { sayTest } from "#core/clock/watches/say-test.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";
import { withUndo } from "#core/orchestrator/wishes/plan-done.ts";
import { makeChange } from "#core/orchestrator/wishes/plan-held.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { endOf } from "./set-watch.ts";
import { lookedAt, MOST_WATCHES } from "./watch-offer.ts";

/** What can be typed about watches that there are. */
export type WatchesCommand = { readonly name: "watches" } & (
  | { readonly do: "list" }
  | { readonly do: "show" | "end" | "renew"; readonly code: string }
);

const LIST =
  /^(?:(?:list |show )?(?:me )?(?:all )?(?:of )?(?:my |the )?watch(?:es|list)|what (?:are you|do you) watch(?:ing)?(?: for me)?|which watches (?:do i have|are there))$/i;
const ONE = /^(?<do>(?:show )?watch|end watch|stop watch(?:ing)?|cancel watch|renew watch) (?<code>[A-Z0-9]{4})$/i;

/** @param words a text without its closing marks, its letters as they were typed */
export function readWatchesCommand(words: string): WatchesCommand | undefined {
  const name = "watches";
  if (LIST.test(words)) return { name, do: "list" };
  const groups = ONE.exec(words)?.groups;
  const code = groups?.["code"] === undefined ? undefined : readCode(groups["code"]);
  if (code === undefined) return undefined;
  const how = groups?.["do"]?.toLowerCase() ?? "";
  if (/^(?:end|stop|cancel)/.test(how)) return { name, do: "end", code };
  return { name, do: how.startsWith("renew") ? "renew" : "show", code };
}

/** Shows what somebody watches, or ends or renews some of it. @throws NexusError watch_unknown */
export async function onWatchesCommand(
  deps: OrchestratorDeps,
  scene: Scene,
  command: WatchesCommand,
): Promise<Outcome> {
  if (command.do === "list") return { replies: [alone(list(scene, await ofAsker(deps, scene)))] };
  const watch = await byCode(deps, scene, command.code);
  if (watch === undefined) throw new NexusError("watch_unknown", `no watch ${command.code} of this person`);
  if (command.do === "show") return showOne(scene, watch);
  return command.do === "end" ? endOne(deps, scene, watch) : renewOne(deps, scene, watch);
}

/** Ends the watch that goes on under a code; undefined when the asker has none under it. */
export async function endWatch(deps: OrchestratorDeps, scene: Scene, code: string): Promise<Outcome | undefined> {
  const watch = await byCode(deps, scene, code);
  return watch?.state === "on" ? endOne(deps, scene, watch) : undefined;
}

/** What there is to know of one watch, with what can be done about it. */
export function showOne(scene: Scene, watch: StoredWatch): Outcome {
  const { plan, state, code } = watch;
  const { composer, asker } = scene;
  const isOn = state === "on";
  const last = watch.lookedAt === undefined ? "not yet" : whenOf(watch.lookedAt, scene);
  const fails =
    watch.failingSince === undefined ? "" : `; without an answer since ${whenOf(watch.failingSince, scene)}`;
  const items = [
    { label: "What I look at", value: lookedAt(`${plan.module}: ${plan.capability}`, plan) },
    { label: "I tell you when", value: inert(sayTest(plan.path, plan.test, asker.locale)) },
    {
      label: "How often",
      value: `${plan.often === "once" ? "once" : "each time"}, looked at every ${plan.everyMinutes} minutes or so`,
    },
    { label: "Last looked", value: `${last}${fails}` },
    {
      label: "Told you",
      value:
        watch.toldAt === undefined ? "not yet" : `${timesText(watch.tellings)}, last ${whenOf(watch.toldAt, scene)}`,
    },
    { label: isOn ? "Until" : "State", value: isOn ? whenOf(watch.endsAt, scene) : "over" },
  ];
  const actions = isOn
    ? [
        composer.button("End", { verb: "wat", do: "end", watch: watch.id }),
        ...(plan.untilMs === undefined
          ? [composer.button("30 More Days", { verb: "wat", do: "renew", watch: watch.id })]
          : []),
      ]
    : isPast(plan, scene.now)
      ? []
      : [composer.button("Begin Again", { verb: "wat", do: "again", watch: watch.id })];
  const reply = say(`Watch ${code}: when ${plan.title}.`, actions, [{ type: "fields", items }]);
  return { replies: [alone(reply)] };
}

/** Ends a watch at once: it harms nobody, and can be undone. */
export async function endOne(deps: OrchestratorDeps, scene: Scene, watch: StoredWatch): Promise<Outcome> {
  if (watch.state !== "on") return { replies: [alone(say("That watch is over already."))] };
  const title = `stop watching whether ${watch.plan.title}`;
  const change: Change = { set: "watch", id: watch.id, code: watch.code, before: watch.plan, after: null };
  const done = withUndo(scene, alone(say(`Done: ${title}.`)), { title, changes: [change] });
  return {
    ...done,
    commit: async (inside) => {
      await makeChange(deps, inside, scene, scene.person, change);
      await done.commit(inside);
    },
  };
}

/** Lets a watch go on for as long as a new one would. */
export function renewOne(deps: Pick<OrchestratorDeps, "clock">, scene: Scene, watch: StoredWatch): Outcome {
  if (watch.state !== "on") return { replies: [alone(say("That watch is over already: say it again for a new one."))] };
  if (watch.plan.untilMs !== undefined) return { replies: [alone(say("That is about one day, and ends with it."))] };
  const endsAt = endOf(watch.plan, deps.clock());
  return {
    replies: [alone(say(`I go on watching whether ${watch.plan.title}, until ${whenOf(endsAt, scene)}.`))],
    commit: async (inside) => void (await inside.forOrg(scene.turn.org).watches.renew(watch.id, endsAt)),
  };
}

/** Begins one anew that is over. What is so at the moment has been told: the next time is meant. */
export async function beginAgain(deps: OrchestratorDeps, scene: Scene, watch: StoredWatch): Promise<Outcome> {
  if (watch.state === "on") return { replies: [alone(say(`I watch that already: \`watch ${watch.code}\`.`))] };
  if (isPast(watch.plan, scene.now)) return { replies: [alone(say("The day that it was about is over."))] };
  const mine = await ofAsker(deps, scene);
  if (mine.length >= MOST_WATCHES) {
    return {
      replies: [
        alone(say(`You have ${mine.length} watches going on, which is the most. \`end\` with a code makes room.`)),
      ],
    };
  }
  const { isSoAlready: _, ...bare } = watch.plan;
  const plan: WatchPlan = watch.why === "told" ? { ...bare, isSoAlready: true } : bare;
  const change: Change = { set: "watch", id: watch.id, code: watch.code, before: null, after: plan };
  const title = `tell you ${plan.often === "once" ? "the next time" : "whenever"} ${plan.title}`;
  const done = withUndo(scene, alone(say(`Done: I ${title}.`)), { title, changes: [change] });
  return {
    ...done,
    commit: async (inside) => {
      await makeChange(deps, inside, scene, scene.person, change);
      await done.commit(inside);
    },
  };
}

async function byCode(deps: OrchestratorDeps, scene: Scene, code: string): Promise<StoredWatch | undefined> {
  const found = await deps.store.forOrg(scene.turn.org).watches.byCode(code);
  return found?.person === scene.person ? found : undefined;
}

function ofAsker(deps: OrchestratorDeps, scene: Scene): Promise<StoredWatch[]> {
  return deps.store.forOrg(scene.turn.org).watches.ofPerson(scene.person);
}

function list(scene: Scene, watches: readonly StoredWatch[]) {
  if (watches.length === 0) {
    return say("You have no watch going on. Say `tell me when it rains in Porto tomorrow` to begin one.");
  }
  const summary = watches.length === 1 ? "I watch one thing for you." : `I watch ${watches.length} things for you.`;
  const columns = ["Code", "When", "Until"].map((header) => ({ header }));
  const rows = watches.map(({ code, plan, endsAt, failingSince }) => [
    code,
    `${clip(plan.title, 150)}${failingSince === undefined ? "" : " (its source does not answer)"}`,
    whenOf(endsAt, scene),
  ]);
  return say(
    summary,
    [],
    [
      { type: "table", caption: "Watches", columns, rows },
      { type: "context", markdown: "`watch` with a code shows one · `end` with a code ends it" },
    ],
  );
}

function isPast({ untilMs }: WatchPlan, now: Date): boolean {
  return untilMs !== undefined && untilMs <= now.getTime();
}

function timesText(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

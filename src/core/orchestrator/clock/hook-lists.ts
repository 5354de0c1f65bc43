import { channelOf } from "#core/contract/message.ts";
import { moment } from "#core/contract/moment.ts";
import type { Reply } from "#core/contract/reply.ts";
import { MOST_TRIES } from "#core/hooks/retries.ts";
import type { StoredDelivery, StoredHook } from "#core/store/store.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelName } from "#core/orchestrator/place-name.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { doesText, provesText, wayNotes } from "./hook-words.ts";

type Deps = Pick<OrchestratorDeps, "store">;

/** All hooks of an org. */
export async function listReply({ store }: Deps, scene: Scene): Promise<Reply> {
  const hooks = await store.forOrg(scene.turn.org).hooks.all();
  if (hooks.length === 0) {
    return say("No program outside may post here yet. Say `let GitHub post here`, or `let a program post here`.");
  }
  const columns = ["Code", "Name", "Where", "Came", "Last"].map((header) => ({ header }));
  const rows = hooks.map((hook) => [
    hook.code,
    `${inert(hook.plan.title)}${hook.state === "on" ? "" : ` (${hook.state})`}${hook.hasSecret ? "" : " (needs a secret)"}`,
    whereText(hook, scene),
    hook.taken,
    hook.lastAt === undefined ? "never" : moment(hook.lastAt, "date_time"),
  ]);
  const summary =
    hooks.length === 1 ? "One program outside may post here." : `${hooks.length} programs outside may post here.`;
  return say(
    summary,
    [],
    [
      { type: "table", caption: "Hooks", columns, rows },
      { type: "context", markdown: "`hook` with a code shows one · `hooks dead` shows what could not be done" },
    ],
  );
}

/** One hook, with what came to it last and what can be done with it. */
export async function hookReply({ store }: Deps, scene: Scene, hook: StoredHook): Promise<Reply> {
  const { code, plan, state, person, former } = hook;
  const { hooks } = store.forOrg(scene.turn.org);
  const [came, proof] = [await hooks.deliveries(hook.id, SHOWN), await hooks.proof(hook.id)];
  const { composer, now } = scene;
  const button = (label: string, text: string) => composer.button(label, { verb: "say", text });
  const overlap =
    former !== undefined && former.until > now
      ? `; the one before works until ${moment(former.until, "date_time")}`
      : "";
  const owner = person === scene.person ? "yours" : `those of ${inert(plan.actor.displayName)}`;
  const items = [
    { label: "Where", value: whereText(hook, scene) },
    { label: "What is done", value: doesText(plan.task) },
    { label: "How it proves itself", value: provesText(plan.scheme) },
    { label: "By whose rights", value: owner },
    { label: "Secret", value: `${secretText(hook)}${overlap}` },
    ...(proof === undefined ? [] : [{ label: "Address", value: provenText(proof) }]),
    {
      label: "Came",
      value: `${hook.taken}${hook.lastAt === undefined ? "" : `, the last ${moment(hook.lastAt, "date_time")}`}`,
    },
    ...(came.length === 0 ? [] : [{ label: "Last", value: came.map(lineOf).join("\n") }]),
  ];
  const actions = [
    ...(hook.isShown
      ? [button("New Secret", `rotate hook ${code}`)]
      : [button("Address and Secret", `hook ${code} secret`)]),
    ...(state === "on"
      ? [button("Send a Test", `test hook ${code}`), button("Pause", `pause hook ${code}`)]
      : [button("Resume", `resume hook ${code}`)]),
    ...(came.some((one) => one.state === "dead") ? [button("Try Again", `retry hook ${code}`)] : []),
    button("End", `end hook ${code}`),
  ];
  const notes = wayNotes(plan).map((markdown) => ({ type: "text", markdown }) as const);
  return say(`Hook ${code}: “${inert(plan.title)}”${state === "on" ? "" : ` (${state})`}.`, actions, [
    { type: "fields", items },
    ...notes,
  ]);
}

/** What was given up, of all hooks. */
export async function deadReply({ store }: Deps, scene: Scene): Promise<Reply> {
  const { hooks } = store.forOrg(scene.turn.org);
  const dead = await hooks.dead(MOST_DEAD);
  if (dead.length === 0) return say("Nothing that came from outside was given up.");
  const byId = new Map((await hooks.all()).map((hook) => [hook.id, hook]));
  const columns = ["Hook", "Came", "Why"].map((header) => ({ header }));
  const rows = dead.map((one) => [
    byId.get(one.hook)?.code ?? "ended",
    moment(one.receivedAt, "date_time"),
    inert(one.why ?? ""),
  ]);
  const summary = dead.length === 1 ? "One delivery was given up." : `${dead.length} deliveries were given up.`;
  return say(
    summary,
    [],
    [
      { type: "table", caption: "Given Up", columns, rows },
      { type: "context", markdown: "Kept sealed for 7 days · `retry hook` with its code tries them again" },
    ],
  );
}

function lineOf({ receivedAt, state, attempts, why, event, dueAt, isTest }: StoredDelivery): string {
  const what = isTest ? "a test" : event === undefined ? "a delivery" : inert(event);
  const words = {
    done: "done",
    dropped: "not done: the hook was paused",
    proof: "the address works",
    dead: `given up: ${inert(why ?? "")}`,
    waiting:
      attempts === 0
        ? "waits"
        : `tried ${attempts} of ${MOST_TRIES} times, again ${moment(dueAt, "time")}: ${inert(why ?? "")}`,
  }[state];
  return `${moment(receivedAt, "date_time")}: ${what}, ${words}`;
}

function secretText({ hasSecret, isShown }: StoredHook): string {
  if (!hasSecret) return "none yet: it came with an import, and its sender needs a new one and the new address";
  return isShown ? "shown once already" : "not shown yet";
}

/** A sender's try of the address is no news, and shown here alone. */
function provenText({ receivedAt, event = "" }: StoredDelivery): string {
  return `it works: proven by the sender ${moment(receivedAt, "date_time")} (${inert(event)})`;
}

function whereText({ plan: { place } }: StoredHook, { conversation }: Scene): string {
  if (place.audience === "just_me") return "to whoever set it up, alone";
  return place.name === undefined
    ? channelName(channelOf(place), conversation)
    : inert(`#${place.name.replace(/^#/, "")}`);
}

const SHOWN = 5;
const MOST_DEAD = 50;

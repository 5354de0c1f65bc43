import { NexusError } from "#core/contract/errors.ts";
import type { HookFormat } from "#core/contract/hook.ts";
import type { Json } from "#core/contract/json.ts";
import { fieldsOf } from "#core/hooks/template.ts";
import type { Repositories, StoredHook } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";
import { withUndo } from "#core/orchestrator/wishes/plan-done.ts";
import { makeChange } from "#core/orchestrator/wishes/plan-held.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";

/** What can be done with a hook that there is. */
export const HOOK_DEEDS = ["test", "pause", "resume", "end", "adopt", "retry"] as const;
export type HookDeed = (typeof HOOK_DEEDS)[number];

/** Does something with a hook at once. The right to it has been asked for. @throws NexusError not_allowed */
export function doWithHook(
  deps: OrchestratorDeps,
  scene: Scene,
  hook: StoredHook,
  deed: HookDeed,
): Promise<Outcome> | Outcome {
  switch (deed) {
    case "test":
      return test(deps, scene, hook);
    case "pause":
    case "resume":
      return pause(deps, scene, hook, deed === "pause");
    case "end":
      return end(deps, scene, hook);
    case "adopt":
      return adopt(deps, scene, hook);
    case "retry":
      return retry(deps, scene, hook);
    default:
      return deed satisfies never;
  }
}

/** Writes into the audit what was done with a hook, inside the commit of a turn. */
export function recordHook(
  deps: Pick<OrchestratorDeps, "audit">,
  inside: Repositories,
  scene: Scene,
  { id, code }: Pick<StoredHook, "id" | "code">,
  what: string,
): Promise<void> {
  const { org, turnId } = scene.turn;
  return deps.audit.recordIn(inside, org, {
    act: "hook.changed",
    outcome: "done",
    actor: actorOf(scene),
    right: "hook.manage",
    subject: { kind: "hook", id },
    turn: turnId,
    detail: { what, code },
  });
}

/** Sends a hook something of our own, the same way as what comes from outside. */
function test(deps: OrchestratorDeps, scene: Scene, hook: StoredHook): Outcome {
  const { task } = hook.plan;
  if (hook.state !== "on") return said(`That hook is paused: \`resume hook ${hook.code}\` first.`);
  if (task.do === "run") return said("What a hook runs is tried by its sender: have it send something.");
  const sample: Sample = task.do === "template" ? { body: bodyWith(fieldsOf(task.text)) } : SAMPLES[task.format];
  return {
    ...said(`I sent “${inert(hook.plan.title)}” a test. It appears where the hook posts.`),
    commit: async (inside) => {
      await inside.forOrg(scene.turn.org).hooks.accept(deps.hooks.drawTest(hook.id, sample.body, sample.event));
      await recordHook(deps, inside, scene, hook, "tested");
    },
    afterwards: () => deps.hooks.look(),
  };
}

function pause(deps: OrchestratorDeps, scene: Scene, hook: StoredHook, isPause: boolean): Outcome {
  const [from, to] = isPause ? (["on", "paused"] as const) : (["paused", "on"] as const);
  if (hook.state !== from) return said(isPause ? "That hook is paused already." : "That hook is not paused.");
  const words = isPause ? "is paused: what is sent meanwhile is not kept" : "goes on";
  return {
    ...said(`“${inert(hook.plan.title)}” ${words}.`),
    commit: async (inside) => {
      if (!(await inside.forOrg(scene.turn.org).hooks.setState(hook.id, [from], to))) throw changed(hook);
      await recordHook(deps, inside, scene, hook, to);
    },
  };
}

function end(deps: OrchestratorDeps, scene: Scene, { id, code, person, plan }: StoredHook): Outcome {
  const title = `end the hook “${plan.title}”`;
  const change: Change = { set: "hook", id, code, owner: person, before: plan, after: null };
  const words = `Done: ${inert(title)}. What is sent there is refused from now on.`;
  const done = withUndo(scene, alone(say(words)), { title, changes: [change] });
  return {
    ...done,
    commit: async (inside) => {
      await makeChange(deps, inside, scene, scene.person, change);
      await done.commit(inside);
    },
  };
}

/** Somebody else's from now on: it works with their rights. */
function adopt(deps: OrchestratorDeps, scene: Scene, hook: StoredHook): Outcome {
  if (hook.person === scene.person) return said("That hook is yours already.");
  const { actor } = scene;
  if (actor.platform !== hook.plan.place.platform || actor.tenantId !== hook.plan.place.tenantId) {
    throw new NexusError("not_allowed", "a hook is taken over from elsewhere", {
      say: "You can take it over where it posts only, so that I know you there.",
      hint: `Say \`adopt hook ${hook.code}\` on the platform of its channel.`,
    });
  }
  return {
    ...said(`“${inert(hook.plan.title)}” is yours now, and works with your rights.`),
    commit: async (inside) => {
      await inside.forOrg(scene.turn.org).hooks.adopt(hook.id, scene.person, { ...hook.plan, actor });
      await recordHook(deps, inside, scene, hook, "adopted");
    },
  };
}

async function retry(deps: OrchestratorDeps, scene: Scene, hook: StoredHook): Promise<Outcome> {
  const dead = (await deps.store.forOrg(scene.turn.org).hooks.dead(1_000)).filter((one) => one.hook === hook.id);
  if (dead.length === 0) return said("Nothing that came to that hook was given up.");
  const count = dead.length === 1 ? "one delivery" : `${dead.length} deliveries`;
  return {
    ...said(`I try ${count} to “${inert(hook.plan.title)}” again.`),
    commit: async (inside) => {
      await inside.forOrg(scene.turn.org).hooks.retry(hook.id);
      await recordHook(deps, inside, scene, hook, "retried");
    },
    afterwards: () => deps.hooks.look(),
  };
}

function said(words: string): Outcome {
  return { replies: [alone(say(words))] };
}

function changed({ code }: StoredHook): NexusError {
  return new NexusError("internal", `hook ${code} was changed at the same time`);
}

/** A body in which every field of a template says its own name. */
function bodyWith(paths: readonly string[]): Json {
  const body: { [name: string]: Json } = {};
  for (const path of paths) {
    const names = path.split(".");
    let at = body;
    for (const name of names.slice(0, -1)) {
      const inner = Object.hasOwn(at, name) ? at[name] : undefined;
      const next: { [name: string]: Json } = isObject(inner) ? inner : {};
      Object.defineProperty(at, name, { value: next, enumerable: true, configurable: true, writable: true });
      at = next;
    }
    const last = names.at(-1) ?? "";
    Object.defineProperty(at, last, { value: `(${last})`, enumerable: true, configurable: true, writable: true });
  }
  return body;
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Sample {
  readonly body: Json;
  readonly event?: string;
}

const SAMPLES: Readonly<Record<HookFormat, Sample>> = {
  github: {
    event: "issues",
    body: {
      action: "opened",
      sender: { login: "ada" },
      repository: { full_name: "example/rocket", html_url: "https://github.com/example/rocket" },
      issue: { number: 7, title: "The door sticks", html_url: "https://github.com/example/rocket/issues/7" },
    },
  },
  gitlab: {
    body: {
      object_kind: "merge_request",
      user: { name: "Ada" },
      project: { path_with_namespace: "example/rocket", web_url: "https://gitlab.com/example/rocket" },
      object_attributes: { iid: 7, title: "Oil the door", action: "open" },
    },
  },
  slack: {
    body: {
      type: "event_callback",
      event: { type: "message", user: "U024BE7LH", channel: "C024BE91L", text: "Hello" },
    },
  },
  alertmanager: {
    body: {
      status: "firing",
      alerts: [
        {
          status: "firing",
          labels: { alertname: "DiskFull", severity: "warning" },
          annotations: { summary: "92 % used" },
        },
      ],
    },
  },
  any: { body: { title: "A test of this hook", state: "fine" } },
};

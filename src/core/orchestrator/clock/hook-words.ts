import type { HookPlan, HookScheme, HookTask } from "#core/contract/hook.ts";
import type { Action, Part } from "#core/contract/reply.ts";
import { wordsOf } from "#core/hooks/field.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";

const FORMATS = {
  github: "tells what happened at GitHub, in a sentence",
  gitlab: "tells what happened at GitLab, in a sentence",
  slack: "tells what happened in a Slack, in a sentence",
  alertmanager: "tells which alerts are firing or over",
  any: "tells what came, by its own fields",
} as const;

/** What is done with what comes, in words. */
export function doesText(task: HookTask): string {
  switch (task.do) {
    case "tell":
      return FORMATS[task.format];
    case "template":
      return `says “${inert(task.text)}”`;
    case "run": {
      const fixed = Object.entries(task.input).map(
        ([slot, value]) => `${slot} = ${inert(wordsOf(value) ?? "nothing")}`,
      );
      const values = [...fixed, ...Object.entries(task.slots).map(([slot, path]) => `${slot} = {{${path}}}`)];
      return `asks ${task.module}: ${task.capability}${values.length === 0 ? "" : `, with ${values.join(", ")}`}`;
    }
    default:
      return task satisfies never;
  }
}

/** How a sender proves who it is, in words. */
export function provesText(scheme: HookScheme): string {
  return {
    standard: "by a signature as Standard Webhooks has it",
    github: "by GitHub's signature",
    timestamped: "by a signature over the time and the text, as Stripe and Slack do",
    gitlab: "by GitLab's secret token",
    shared: "by a secret in a header",
  }[scheme];
}

/** What is to be known of a way to prove oneself before it is chosen. */
export function wayNotes({ scheme }: Pick<HookPlan, "scheme">): string[] {
  if (scheme !== "gitlab" && scheme !== "shared") return [];
  return [
    "**Nothing is signed that way:** whoever sees one delivery can send others. Choose a signature where the sender can sign.",
  ];
}

/** What follows once a hook is set: how its address and secret are seen. */
export function hookParts(
  scene: Scene,
  changes: readonly Change[],
): { readonly parts: readonly Part[]; readonly actions: readonly Action[] } {
  const [set] = changes.flatMap((change) => (change.set === "hook" && change.after !== null ? [change] : []));
  if (set === undefined) return { parts: [], actions: [] };
  const words = `Its address and its secret are for whoever sets up the sender, and are shown once: \`hook ${set.code} secret\`.`;
  return {
    parts: [{ type: "text", markdown: words }],
    actions: [
      scene.composer.button("Address and Secret", { verb: "say", text: `hook ${set.code} secret` }, "primary"),
      scene.composer.button("Send a Test", { verb: "say", text: `test hook ${set.code}` }),
    ],
  };
}

import { NexusError } from "#core/contract/errors.ts";
import { moment } from "#core/contract/moment.ts";
import type { Reply } from "#core/contract/reply.ts";
import { HOW } from "#core/hooks/pages.ts";
import { REVEAL_LIFE_MS } from "#core/hooks/reveal-token.ts";
import type { StoredHook } from "#core/store/store.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { recordHook } from "./hook-deeds.ts";

/** How long the secret before works beside the new one; ms. */
const OVERLAP_MS = 24 * 60 * 60_000;

/**
 * Shows the address and the secret of a hook, once: at the terminal, or behind a link of one's own. Never in a chat, where
 * it would stay.
 */
export function showSecret(deps: OrchestratorDeps, scene: Scene, hook: StoredHook): Outcome {
  const { id, plan, secret } = hook;
  // One that came with an import gets its secret when it is asked for; a sender's own is given on the page.
  if (hook.hasSecret || plan.scheme === "timestamped") return show(deps, scene, hook);
  const drawn = deps.hooks.drawSecret(id, plan.scheme, secret.version + 1);
  const { commit, ...shown } = show(deps, scene, { ...hook, secret: drawn });
  if (commit === undefined) return shown;
  return {
    ...shown,
    commit: async (inside) => {
      const isFirst = await inside.forOrg(scene.turn.org).hooks.renew(id, drawn, undefined);
      if (!isFirst) throw new NexusError("conflict", `hook ${id} got a secret at the same time`);
      await commit(inside);
    },
  };
}

function show(deps: OrchestratorDeps, scene: Scene, hook: StoredHook): Outcome {
  if (hook.isShown) {
    return said(`The secret has been shown, and is not shown again. \`rotate hook ${hook.code}\` makes a new one.`);
  }
  const isGiven = hook.plan.scheme === "timestamped";
  if (isAtTerminal(scene) && !isGiven) return atTerminal(deps, scene, hook);
  const origin = deps.entry.origin(scene.conversation);
  if (origin !== undefined) return byLink(deps, scene, hook, origin);
  const where = isGiven
    ? "Its secret is entered on a page of mine, and I have no public address: whoever runs NEXUS sets NEXUS_HTTP_PUBLIC_URL."
    : `I show a secret in no chat: here it would stay. Say \`hook ${hook.code} secret\` in the terminal (\`nexus console\`).`;
  return said(where);
}

/** Makes a new secret; the one before works for another day, unless it is to end at once. */
export function rotateHook(deps: OrchestratorDeps, scene: Scene, hook: StoredHook, isAtOnce: boolean): Outcome {
  const until = isAtOnce || !hook.hasSecret ? undefined : new Date(scene.now.getTime() + OVERLAP_MS);
  const still = until === undefined ? "works no more" : `works until ${moment(until, "date_time")}`;
  const before = hook.hasSecret ? `, and the one before ${still}` : "";
  const see = scene.composer.button("Address and Secret", { verb: "say", text: `hook ${hook.code} secret` }, "primary");
  const words = `“${inert(hook.plan.title)}” has a new secret${before}.`;
  return {
    replies: [alone(say(words, [see]))],
    commit: async (inside) => {
      const secret = deps.hooks.drawSecret(hook.id, hook.plan.scheme, hook.secret.version + 1);
      await inside.forOrg(scene.turn.org).hooks.renew(hook.id, secret, until);
      await recordHook(deps, inside, scene, hook, "secret_rotated");
    },
  };
}

/** The reply that goes through the outbox holds a mark in the secret's place; the terminal alone draws it. */
function atTerminal(deps: OrchestratorDeps, scene: Scene, hook: StoredHook): Outcome {
  const address = deps.hooks.addressOf(scene.turn.org, hook.id);
  const isWhole = address.startsWith("http");
  const note = isWhole ? "" : " It stands behind the address of this NEXUS: NEXUS_HTTP_PUBLIC_URL is not set.";
  const summary = `The address and the secret of “${inert(hook.plan.title)}”, this once.`;
  const reply: Reply = {
    summary,
    parts: [
      { type: "text", markdown: `${summary} ${HOW[hook.plan.scheme]}` },
      { type: "code", text: address },
      { type: "code", text: deps.keySight.hide(deps.hooks.secretOf(hook)) },
      { type: "context", markdown: `Neither is shown again; \`rotate hook ${hook.code}\` makes a new secret.${note}` },
    ],
    visibility: "only_actor",
  };
  return {
    replies: [reply],
    commit: async (inside) => {
      await inside.forOrg(scene.turn.org).hooks.show(hook.id, hook.secret.version);
      await recordHook(deps, inside, scene, hook, "secret_shown");
    },
  };
}

function byLink(deps: OrchestratorDeps, scene: Scene, hook: StoredHook, origin: string): Outcome {
  const { org } = scene.turn;
  const mark = deps.hooks.markOf({ org, hook: hook.id, version: hook.secret.version });
  const until = new Date(scene.now.getTime() + REVEAL_LIFE_MS);
  const link = { type: "link", label: "Open the Page", url: `${origin}/hook-secret/~${mark}` } as const;
  const words = `The address and the secret of “${inert(hook.plan.title)}” are on a page of mine, for you alone.`;
  const note = { type: "context", markdown: `It works once, until ${moment(until, "time")}.` } as const;
  return {
    replies: [alone(say(words, [link], [note]))],
    commit: (inside) => recordHook(deps, inside, scene, hook, "secret_link_made"),
  };
}

function isAtTerminal({ conversation }: Scene): boolean {
  return conversation.kind === "console" && conversation.audience === "just_me";
}

function said(words: string): Outcome {
  return { replies: [alone(say(words))] };
}

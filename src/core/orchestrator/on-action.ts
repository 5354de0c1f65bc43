import type { Inbound } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import { readCommand } from "./command.ts";
import { acceptCredential, askForCredential, findSource, sourceOf } from "./connect.ts";
import { Meaning } from "./meaning.ts";
import { onCommand, stopped, why } from "./on-command.ts";
import { cannotDo, onMessage } from "./on-message.ts";
import { runCapability } from "./run-capability.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { actionToTurnId } from "./token.ts";

/** A pressed button: what it means is read from its row, never from the message it hung on. */
export async function onAction(
  deps: OrchestratorDeps,
  scene: Scene,
  inbound: Extract<Inbound, { kind: "action" }>,
): Promise<Outcome> {
  const opened = deps.tokens.open(inbound.token, scene.conversation);
  if (opened === undefined) throw new NexusError("action_expired", "token of another place, forged, or of an old key");
  if (opened.verb === "why") return { replies: [await why(deps, scene, actionToTurnId(opened.id))] };
  if (opened.verb === "stp") return stopped(deps, scene);
  const meaning = await meaningOf(deps, scene, inbound.token);
  switch (meaning.verb) {
    case "say":
      return onText(deps, scene, { text: meaning.text, attachments: [] });
    case "inv":
      return runCapability(deps, scene, meaning, undefined, meaning.attachments ?? []);
    case "con":
      return { replies: [askForCredential(scene, sourceOf(deps, meaning.module, meaning.credential))] };
    case "els":
      return { replies: [cannotDo(scene)], unmet: { text: meaning.text, reason: "none of the offered choices" } };
    case "frm":
      throw new NexusError("action_expired", "a form's token came back as a press");
    default:
      return meaning satisfies never;
  }
}

/** A filled-in form. */
export async function onForm(
  deps: OrchestratorDeps,
  scene: Scene,
  inbound: Extract<Inbound, { kind: "form" }>,
): Promise<Outcome> {
  const meaning = await meaningOf(deps, scene, inbound.token);
  if (meaning.verb !== "frm") throw new NexusError("action_expired", `a form came for a ${meaning.verb} button`);
  return acceptCredential(deps, scene, sourceOf(deps, meaning.module, meaning.credential), inbound.values);
}

/** What was typed, or stands on a suggestion's button: a command word for word, else a sentence. */
export function onText(
  deps: OrchestratorDeps,
  scene: Scene,
  message: Parameters<typeof onMessage>[2],
): Promise<Outcome> {
  const isSource = (name: string): boolean => findSource(deps, name) !== undefined;
  const command = message.attachments.length === 0 ? readCommand(message.text, isSource) : undefined;
  return command === undefined ? onMessage(deps, scene, message) : onCommand(deps, scene, command);
}

async function meaningOf(deps: OrchestratorDeps, scene: Scene, token: string): Promise<Meaning> {
  const opened = deps.tokens.open(token, scene.conversation);
  const row = opened && (await deps.store.forOrg(scene.turn.org).actions.get(opened.id));
  // The token itself is bound to the channel; a press may come from another person's conversation in it.
  if (row === undefined || row.expiresAt < scene.now) {
    throw new NexusError("action_expired", "no such action, or expired");
  }
  return Meaning.parse(row.payload);
}

import type { Joining } from "#core/contract/door.ts";
import type { Inbound } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import { type Command, readCommand } from "./command.ts";
import { beginConnect } from "./secrets/begin-connect.ts";
import { acceptClient } from "./secrets/connect-account.ts";
import { acceptKey } from "./secrets/connect-key.ts";
import { findSource, sourceOf } from "./secrets/connect.ts";
import { onExpiryPress } from "./clock/expiry-press.ts";
import { onFeedback } from "./feedback.ts";
import { askForSchedule, onScheduleForm } from "./clock/schedule-form.ts";
import { onSchedulePress } from "./clock/schedule-press.ts";
import { onWatchPress } from "./clock/watch-press.ts";
import { askForFeedback, onBuildPress, onFeedbackForm } from "./growth/on-build.ts";
import { onBuildWish } from "./growth/on-build-wish.ts";
import { readBuildWish } from "./growth/build-wish.ts";
import { isGateVerb, onGateForm, onGatePress } from "./approvals/gate-press.ts";
import { acceptJoin, askToJoin, findJoining } from "./people/join.ts";
import { withLabel } from "./models/labels.ts";
import { Meaning } from "./meaning.ts";
import { askToSwitch, findModule } from "./runs/modules-switch.ts";
import { onCommand, why } from "./on-command.ts";
import { cannotDo } from "./growth/noted-request.ts";
import { onMessage, onSuggestion } from "./on-message.ts";
import { onWish } from "./wishes/on-wish.ts";
import { deletePasted } from "./secrets/pasted-secret.ts";
import { onPlanPress } from "./wishes/plan-press.ts";
import { moreUnits } from "./usage/quota-request.ts";
import { onProposalPress } from "./growth/proposal-press.ts";
import { onUndoPress } from "./growth/undo-press.ts";
import { onReminderPress } from "./wishes/reminders-command.ts";
import { runCapability } from "./runs/run-capability.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { share } from "./people/share.ts";
import { onStop } from "./stop.ts";
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
  if (opened.verb === "stp") return onStop(deps, scene);
  if (opened.verb === "fbg" || opened.verb === "fbb") {
    return onFeedback(deps, scene, actionToTurnId(opened.id), opened.verb === "fbg");
  }
  if (isGateVerb(opened.verb)) return onGatePress(deps, scene, { verb: opened.verb, id: opened.id });
  const meaning = await meaningOf(deps, scene, inbound.token);
  switch (meaning.verb) {
    case "say":
      return meaning.from === undefined
        ? onText(deps, scene, { text: meaning.text, attachments: [] })
        : onSuggestion(deps, scene, meaning.text);
    case "inv": {
      const outcome = await runCapability(deps, scene, meaning, undefined, meaning.attachments ?? []);
      return withLabel(scene, meaning.asked, meaning, outcome);
    }
    case "con":
      return beginConnect(deps, scene, sourceOf(deps, scene.turn.org, meaning.module, meaning.credential), meaning);
    case "del":
      return deletePasted(deps, scene, meaning);
    case "mod":
      return askToSwitch(deps, scene, meaning.module, meaning.on);
    case "pub":
      return share(deps, scene, meaning, opened.id);
    case "mor":
      return moreUnits(deps, scene, meaning);
    case "pln":
      return onPlanPress(deps, scene, meaning);
    case "exp":
      return onExpiryPress(deps, scene, meaning);
    case "rem":
      return onReminderPress(deps, scene, meaning);
    case "prp":
      return onProposalPress(deps, scene, meaning);
    case "und":
      return onUndoPress(deps, scene, meaning);
    case "bld":
      return onBuildPress(deps, scene, meaning);
    case "wat":
      return onWatchPress(deps, scene, meaning);
    case "sch":
      return onSchedulePress(deps, scene, meaning);
    case "scf":
      return askForSchedule(deps, scene, meaning);
    case "bfb":
      return askForFeedback(deps, scene, meaning.build);
    case "els":
      return withLabel(scene, meaning.asked, undefined, {
        replies: [cannotDo(scene)],
        unmet: { text: meaning.text, reason: "none of the offered choices" },
      });
    case "joi":
      return { replies: [askToJoin(deps, scene, joiningOf(deps, meaning.platform))] };
    case "jof":
    case "frm":
    case "bff":
    case "sca":
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
  const opened = deps.tokens.open(inbound.token, scene.conversation);
  if (opened?.verb === "rjf") return onGateForm(deps, scene, opened.id, inbound.values);
  const meaning = await meaningOf(deps, scene, inbound.token);
  if (meaning.verb === "jof") return acceptJoin(deps, scene, meaning.platform, inbound.values);
  if (meaning.verb === "bff") return onFeedbackForm(deps, scene, meaning.build, inbound.values);
  if (meaning.verb === "sca") return onScheduleForm(deps, scene, meaning, inbound.values);
  if (meaning.verb !== "frm") throw new NexusError("action_expired", `a form came for a ${meaning.verb} button`);
  const source = sourceOf(deps, scene.turn.org, meaning.module, meaning.credential);
  const accept = source.need.kind === "oauth2" ? acceptClient : acceptKey;
  const outcome = await accept(deps, scene, source, meaning.for ?? "everyone", inbound.values);
  // What came of a form is for whoever filled it in: it tells how a credential ends.
  return { ...outcome, replies: outcome.replies.map((reply) => ({ ...reply, visibility: "only_actor" })) };
}

/** What was typed, or stands on a suggestion's button: a command word for word, a wish to set something up, else a sentence. */
export async function onText(
  deps: OrchestratorDeps,
  scene: Scene,
  message: Parameters<typeof onMessage>[2],
): Promise<Outcome> {
  const isSource = (name: string): boolean =>
    findJoining(deps, name) !== undefined || findSource(deps, scene.turn.org, name) !== undefined;
  const isModule = (name: string): boolean => findModule(deps, scene.turn.org, name) !== undefined;
  const built = readBuildWish(message.text, message.attachments);
  if (built !== undefined) return onBuildWish(deps, scene, built, message.text);
  const isAlone = message.attachments.length === 0;
  const named = isAlone ? readCommand(message.text, isSource, isModule) : undefined;
  const command = named ?? (isAlone ? await readGoneCommand(deps, scene, message.text) : undefined);
  if (command !== undefined) return onCommand(deps, scene, command);
  const wished = isAlone ? await onWish(deps, scene, message.text) : undefined;
  return wished ?? onMessage(deps, scene, message);
}

/** What is said of a module that was installed here and is not any more: few messages begin like that. */
async function readGoneCommand(deps: OrchestratorDeps, scene: Scene, text: string): Promise<Command | undefined> {
  if (!/^\W*(?:nexus\W+)?(?:undo|versions|uninstall)\s/i.test(text)) return undefined;
  const known = await deps.store.forOrg(scene.turn.org).moduleInstalls.known();
  const wasModule = (name: string): boolean => known.has(name.toLowerCase().replace(/[^a-z0-9]+/g, "-"));
  return readCommand(text, () => false, wasModule);
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

function joiningOf(deps: OrchestratorDeps, platform: string): Joining {
  const joining = findJoining(deps, platform);
  if (joining === undefined) throw new NexusError("action_expired", `${platform} cannot be joined`);
  return joining;
}

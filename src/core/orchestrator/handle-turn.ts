import { isDeepStrictEqual } from "node:util";
import type { AuditDraft } from "#core/contract/audit.ts";
import { asNexusError, type ErrorCode, NexusError } from "#core/contract/errors.ts";
import { turnReference } from "#core/contract/ids.ts";
import type { Turn, TurnResult } from "#core/delivery/delivery.ts";
import { refusedEntry } from "./acting.ts";
import { createComposer, say } from "./compose.ts";
import { errorReply } from "./failure.ts";
import { finish } from "./finish.ts";
import { onAction, onForm, onText } from "./on-action.ts";
import { isOutsider, onOutsider } from "./people/outsider.ts";
import { refusePasted, SECRET_PASTED } from "./secrets/pasted-secret.ts";
import { saidIn } from "./models/note-said.ts";
import { saidWhere } from "./growth/said-where.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { onDue } from "./on-due.ts";
import { onProgram } from "./on-program.ts";
import { chosenLocale } from "./wishes/chosen-locale.ts";
import { readState } from "./state.ts";
import { turnToActionId } from "./token.ts";

export interface Orchestrator {
  /** Handles one turn to its replies. Throws only what a retry may mend. */
  handle(turn: Turn): Promise<TurnResult>;
}

/** The mind: one turn from what came in to what goes out, with everything it changes in one commit. */
export function createOrchestrator(deps: OrchestratorDeps): Orchestrator {
  return {
    async handle(turn) {
      const startedAtMs = performance.now();
      // Where NEXUS was taken out, nothing can be shown any more.
      if (await deps.store.people.hasLeft(turn.inbound.actor)) return { replies: [] };
      const scene = await setScene(deps, turn);
      const outcome = await act(deps, scene).finally(() => scene.stream.end());
      const { run, route } = outcome.record ?? {};
      const what = run === undefined ? route?.kind : `${run.module}.${run.capability}: ${run.outcome}`;
      const ms = Math.round(performance.now() - startedAtMs);
      // What was said stays out of the log; the reference is what a person can read out.
      deps.log.info(
        { turn: turn.turnId, ref: turnReference(turn.turnId), kind: turn.inbound.kind, what, ms },
        "turn handled",
      );
      const { replies, elsewhere, afterwards } = outcome;
      const actor = { ...scene.actor, ...scene.asker };
      const commit = commitOf(deps, scene, outcome);
      return { replies, actor, ...(elsewhere && { elsewhere }), commit, ...(afterwards && { afterwards }) };
    },
  };
}

async function setScene(deps: OrchestratorDeps, turn: Turn): Promise<Scene> {
  const { actor, conversation } = await deps.resolve(turn.inbound.actor, turn.inbound.conversation, turn.signal);
  const who = await deps.store.people.identify(actor);
  const org = deps.store.forOrg(turn.org);
  const seenAt = seenWhen(turn, actor, deps.clock());
  if (seenAt !== undefined) await org.memberships.saw(who.person, actor, seenAt);
  const stored = await org.conversations.get(conversation.memoryKey ?? conversation.key);
  const remembered = await org.preferences.all(who.person);
  const now = deps.clock();
  return {
    turn,
    person: who.person,
    actor,
    conversation,
    asker: {
      locale: chosenLocale(remembered) ?? who.locale ?? deps.defaults.locale,
      timeZone: who.timeZone ?? deps.defaults.timeZone,
    },
    isZoneKnown: who.timeZone !== undefined,
    state: readState(stored),
    remembered,
    composer: createComposer(deps.tokens, conversation, now),
    stream: deps.stream({
      turnId: turn.turnId,
      conversation,
      actor,
      ...(turn.inbound.source && { source: turn.inbound.source }),
      stop: deps.tokens.mint("stp", turnToActionId(turn.turnId), conversation),
    }),
    now,
  };
}

/** As of when the actor is what they are: what an event says of groups is as old as the event, however late it is handled. */
function seenWhen({ inbound }: Turn, actor: Scene["actor"], now: Date): Date | undefined {
  if (actor !== inbound.actor) return now; // their platform was asked
  // These only name whom they are for, as they were: the platform said nothing anew.
  if (inbound.kind === "due" || inbound.kind === "program") return undefined;
  return new Date(Math.min(inbound.sentAtMs, now.getTime()));
}

/** What is done about the inbound. An error with a code is an answer too; one without is the delivery room's to retry. */
async function act(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  const { turn } = scene;
  try {
    if (turn.inbound.kind !== "due" && isOutsider(scene.actor)) return onOutsider(scene);
    return finish(deps, scene, await dispatch(deps, scene));
  } catch (error) {
    if (turn.signal.aborted) return stopped(turn, error);
    const known = asNexusError(error);
    // Neither is the person's to mend: the turn is tried again, when there is room again if the disk is full.
    if (known.code === "internal" || known.code === "disk_full") throw error;
    deps.log.warn({ err: known, turn: turn.turnId, ref: turnReference(turn.turnId) }, "turn ended in an error");
    const reply = errorReply(known.code, known.say, known.hint, turn.turnId);
    // Others did not press: what went wrong is no news to them.
    const isPress = turn.inbound.kind === "action" || turn.inbound.kind === "form";
    const refused = await refusalIn(deps, scene, known);
    return {
      replies: [isPress ? { ...reply, visibility: "only_actor" } : reply],
      ...(refused && { audit: [refused] }),
    };
  }
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "not_allowed",
  "outsider",
  "channel_closed",
  "quota_reached",
]);

/** What the audit says of an error that is a refusal, unless whoever refused has said so already. */
async function refusalIn(deps: OrchestratorDeps, scene: Scene, error: NexusError): Promise<AuditDraft | undefined> {
  const { org, turnId } = scene.turn;
  if (!REFUSALS.has(error.code)) return undefined;
  const said = await deps.audit.read(org, { turn: turnId, act: "right.refused", limit: 1 });
  if (said.length > 0) return undefined;
  return refusedEntry(scene, error.right ?? error.code, { kind: "turn", id: turnId }, error.code);
}

function dispatch(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  const { inbound } = scene.turn;
  switch (inbound.kind) {
    case "message":
      return onText(deps, scene, inbound);
    case "command":
      return inbound.name === SECRET_PASTED
        ? refusePasted(deps, scene, inbound.rest)
        : onText(deps, scene, { text: `${inbound.name} ${inbound.rest}`.trim(), attachments: inbound.attachments });
    case "action":
      return onAction(deps, scene, inbound);
    case "form":
      return onForm(deps, scene, inbound);
    case "due":
      return onDue(deps, scene, inbound);
    case "program":
      return onProgram(deps, scene, inbound);
    default:
      return inbound satisfies never;
  }
}

/** What the person stopped ends with a word; what a shutdown interrupted runs again at the next start. */
function stopped(turn: Turn, error: unknown): Outcome {
  const { reason } = turn.signal;
  if (reason instanceof NexusError && reason.code === "stopped") return { replies: [say("Okay, I stopped.")] };
  throw error;
}

function commitOf(deps: OrchestratorDeps, scene: Scene, outcome: Outcome): NonNullable<TurnResult["commit"]> {
  const { turn, conversation, composer } = scene;
  const person = outcome.person ?? scene.person;
  const said = saidIn(scene, outcome);
  return async (tx) => {
    const org = tx.forOrg(turn.org);
    if (outcome.state !== undefined) {
      await org.conversations.save(conversation.memoryKey ?? conversation.key, outcome.state, scene.person);
    }
    if (outcome.record !== undefined) {
      await org.decisions.add(turn.turnId, conversation.key, { ...outcome.record, person });
    }
    if (outcome.unmet !== undefined) {
      await org.unmet.add({ person, conversation: conversation.key, said: saidWhere(scene), ...outcome.unmet });
    }
    if (outcome.files !== undefined) {
      const { module, changes } = outcome.files;
      if (changes.changes.length > 0) await org.moduleFiles.applyAll(module, person, changes.changes, changes.seen);
    }
    for (const [slot, value] of Object.entries(outcome.remember ?? {})) {
      const isKnown = person === scene.person && isDeepStrictEqual(scene.remembered[slot], value);
      if (!isKnown) await org.preferences.set(person, slot, value);
    }
    if (said !== undefined) await deps.memory.noteIn(tx, turn.org, said);
    await outcome.commit?.(tx);
    for (const draft of outcome.audit ?? []) await deps.audit.recordIn(tx, turn.org, { turn: turn.turnId, ...draft });
    await org.actions.add(conversation.key, composer.minted);
  };
}

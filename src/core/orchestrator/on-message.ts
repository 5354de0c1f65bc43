import type { Inbound } from "#core/contract/message.ts";
import type { Choice, Decision } from "#core/lidm/reflex.ts";
import { refusedEntry } from "./acting.ts";
import { decide } from "./decide.ts";
import { cannotRead } from "./runs/cannot-read.ts";
import { say } from "./compose.ts";
import { converse } from "./models/converse.ts";
import { errorReply } from "./failure.ts";
import { nothingWithout, withFall } from "./models/fall.ts";
import { askedIn } from "./models/labels.ts";
import { offerNear, withNear } from "./wishes/near-wish.ts";
import { type HeldRouting, routingFor, underTrial } from "./models/routing-trial.ts";
import { runWithFiles } from "./runs/run-with-files.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { cannotShare, isSomebodyElses } from "./people/somebody-elses.ts";
import { refusalOf } from "./runs/use-right.ts";
import { findCapability } from "./runs/use.ts";
import { recordRoute } from "./why.ts";
import { notedRequest, withWish } from "./growth/noted-request.ts";
import { titleCase } from "./title-case.ts";

type Message = Pick<Extract<Inbound, { kind: "message" }>, "text" | "attachments">;

/** A sentence: understood by the reflex tier, then run, asked about, offered as a choice, or plainly declined. */
export async function onMessage(deps: OrchestratorDeps, scene: Scene, message: Message): Promise<Outcome> {
  const held = await routingFor(deps.store.forOrg(scene.turn.org), scene.conversation.key);
  const outcome = await act(deps, scene, message, await decide(deps, scene, message, held.config), held);
  return underTrial(deps, scene, held, withWish(outcome, message.text));
}

/**
 * A module's words on a button somebody pressed. They are no command, and may lead to nothing but reading: whoever wants
 * something changed says so in words of their own.
 */
export async function onSuggestion(deps: OrchestratorDeps, scene: Scene, text: string): Promise<Outcome> {
  const message = { text, attachments: [] };
  const held = await routingFor(deps.store.forOrg(scene.turn.org), scene.conversation.key);
  const decision = await decide(deps, scene, message, held.config);
  if (leadsTo(decision).some((choice) => findCapability(deps, scene.turn.org, choice).capability.effect !== "read")) {
    const cause = "That suggestion came from a module and asks to change something, so I did not act on it.";
    const reply = errorReply("not_allowed", cause, "Say it in your own words if you mean it.", scene.turn.turnId);
    const said = leadsTo(decision).map((choice) => `${choice.module}.${choice.capability}`);
    const entry = refusedEntry(scene, "a person's own words", { kind: "capability", id: said[0] ?? "" }, "not_allowed");
    return { replies: [reply], audit: [entry], record: { at: scene.now.getTime(), route: recordRoute(decision) } };
  }
  return act(deps, scene, message, decision);
}

/** Whatever a decision would run, ask about or offer. */
function leadsTo({ outcome }: Decision): readonly Pick<Choice, "module" | "capability" | "input">[] {
  if (outcome.kind === "unsure") return outcome.choices;
  return outcome.kind === "none" ? [] : [outcome];
}

/** @param held left out where the words are not the person's own: those are put to no model */
async function act(
  deps: OrchestratorDeps,
  scene: Scene,
  message: Message,
  decision: Decision,
  held?: HeldRouting,
): Promise<Outcome> {
  const { state } = scene;
  const route = recordRoute(decision);
  const record = { at: scene.now.getTime(), route };
  const { outcome } = decision;
  switch (outcome.kind) {
    case "invoke":
      if (isSomebodyElses(findCapability(deps, scene.turn.org, outcome).manifest, message.text)) {
        const subject = { kind: "capability", id: `${outcome.module}.${outcome.capability}` };
        return {
          replies: [cannotShare(scene)],
          audit: [refusedEntry(scene, "private data of one's own", subject, "not_allowed")],
          record,
        };
      }
      return runWithFiles(deps, scene, outcome, route, message.attachments);
    case "ask": {
      const refused = await refusalOf(deps, scene, findCapability(deps, scene.turn.org, outcome));
      if (refused !== undefined) return { ...refused, record };
      const question = say(outcome.question);
      const unread = cannotRead(deps, scene, message.attachments)?.parts.slice(0, 1) ?? [];
      return {
        replies: [{ ...question, parts: [...unread, ...question.parts] }],
        state: {
          ...(state.last && { last: state.last }),
          answered: scene.turn.turnId,
          pending: {
            module: outcome.module,
            capability: outcome.capability,
            input: outcome.input,
            slot: outcome.slot,
            text: message.text,
          },
        },
        record,
      };
    }
    case "unsure":
    case "none": {
      const isUnread = cannotRead(deps, scene, message.attachments) !== undefined;
      const conversed =
        held === undefined || isUnread ? undefined : await converse(deps, scene, message, decision, held);
      if (conversed?.state === "answered") return withNear(deps, scene, message.text, conversed.outcome);
      if (conversed?.state !== "fallen") {
        return outcome.kind === "none"
          ? none(deps, scene, message, record)
          : unsure(deps, scene, outcome.choices, message, record);
      }
      const { fall, models, commit } = conversed;
      const fallen = { ...record, tiers: models };
      if (outcome.kind === "none") {
        const noted = await none(deps, scene, message, fallen, fall.isRefused);
        const isNear = noted.unmet === undefined;
        if (isNear) return { ...noted, replies: noted.replies.map((reply) => withFall(scene, reply, fall)), commit };
        return fall.line === undefined
          ? { ...noted, commit }
          : { ...noted, replies: [nothingWithout(scene, fall)], commit };
      }
      const choice = await unsure(deps, scene, outcome.choices, message, fallen);
      return { ...choice, replies: choice.replies.map((reply) => withFall(scene, reply, fall)), commit };
    }
    default:
      return outcome satisfies never;
  }
}

/** Nothing that is installed fits: said, and noted. */
async function none(
  deps: OrchestratorDeps,
  scene: Scene,
  { text, attachments }: Message,
  record: NonNullable<Outcome["record"]>,
  isRefused?: true,
): Promise<Outcome> {
  const { last } = scene.state;
  const state = { ...(last && { last }), answered: scene.turn.turnId };
  const near = attachments.length === 0 ? offerNear(deps, scene, text) : undefined;
  if (near !== undefined) return { ...near, state, record };
  return {
    replies: [cannotRead(deps, scene, attachments) ?? (await notedRequest(deps, scene, text))],
    state,
    record,
    unmet:
      isRefused === undefined
        ? { text, reason: "no capability" }
        : { text, reason: "no model's answer could be used", kind: "refused_draft" },
  };
}

/** Never a guess: the closest choices they may have as buttons, and a way to say that neither is meant. */
async function unsure(
  deps: OrchestratorDeps,
  scene: Scene,
  choices: Extract<Decision["outcome"], { kind: "unsure" }>["choices"],
  { text, attachments }: Message,
  record: NonNullable<Outcome["record"]>,
): Promise<Outcome> {
  const refusals = await Promise.all(
    choices.map((choice) => refusalOf(deps, scene, findCapability(deps, scene.turn.org, choice))),
  );
  const allowed = choices.filter((_, at) => refusals[at] === undefined);
  const [refused] = refusals;
  if (allowed.length === 0 && refused !== undefined) return { ...refused, record };
  const asked = askedIn(scene, text);
  const files = attachments.length > 0 && { attachments: [...attachments] };
  const actions = allowed.map((choice) => {
    const { manifest } = findCapability(deps, scene.turn.org, choice);
    return scene.composer.button(titleCase(`${manifest.title}: ${choice.title}`), {
      verb: "inv",
      module: choice.module,
      capability: choice.capability,
      input: choice.input,
      ...files,
      asked,
    });
  });
  actions.push(
    scene.composer.button("Something Else", { verb: "els", text, asked }),
    scene.composer.whyButton(scene.turn.turnId),
  );
  return {
    replies: [say("I am not sure what you mean. Did you mean one of these?", actions)],
    state: { ...(scene.state.last && { last: scene.state.last }), answered: scene.turn.turnId },
    record,
  };
}

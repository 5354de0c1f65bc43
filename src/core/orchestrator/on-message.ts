import type { Attachment, Inbound } from "#core/contract/message.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Part } from "#core/contract/reply.ts";
import type { Decision } from "#core/lidm/reflex.ts";
import { say } from "./compose.ts";
import { errorReply } from "./failure.ts";
import { inert } from "./inert.ts";
import { findCapability, runCapability, type Use } from "./run-capability.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { recordRoute } from "./why.ts";

type Message = Pick<Extract<Inbound, { kind: "message" }>, "text" | "attachments">;

/** A sentence: understood by the reflex tier, then run, asked about, offered as a choice, or plainly declined. */
export async function onMessage(deps: OrchestratorDeps, scene: Scene, message: Message): Promise<Outcome> {
  const { state } = scene;
  const decision = deps.reflex.decide(message.text, {
    now: scene.now,
    timeZone: scene.asker.timeZone,
    locale: scene.asker.locale,
    files: message.attachments.map(({ name }) => name),
    remembered: { ...scene.remembered },
    ...(state.last && { last: state.last }),
    ...(state.pending && { pending: state.pending }),
  });
  const route = recordRoute(decision);
  const record = { at: scene.now.getTime(), route };
  const { outcome } = decision;
  switch (outcome.kind) {
    case "invoke":
      return runForEachFile(deps, scene, outcome, route, message);
    case "ask":
      return {
        replies: [say(outcome.question)],
        state: {
          ...(state.last && { last: state.last }),
          answered: scene.turn.turnId,
          pending: {
            module: outcome.module,
            capability: outcome.capability,
            input: outcome.input,
            slot: outcome.slot,
          },
        },
        record,
      };
    case "unsure":
      return unsure(deps, scene, outcome.choices, message.text, record);
    case "none":
      return {
        replies: [cannotDo(scene)],
        state: { ...(state.last && { last: state.last }), answered: scene.turn.turnId },
        record,
        unmet: { text: message.text, reason: "no capability" },
      };
    default:
      return outcome satisfies never;
  }
}

/** Several files at once are several imports: each gets its own run and its own answer. None is passed over silently. */
async function runForEachFile(
  deps: OrchestratorDeps,
  scene: Scene,
  use: Use,
  route: ReturnType<typeof recordRoute>,
  message: Message,
): Promise<Outcome> {
  const { capability } = findCapability(deps, use);
  const slot = capability.required.find((name) => capability.slots[name]?.type === "file");
  const schema = slot === undefined ? undefined : capability.slots[slot];
  const fitting =
    schema?.type === "file"
      ? message.attachments.filter(({ name }) => schema.extensions.some((end) => name.toLowerCase().endsWith(end)))
      : [];
  const others = message.attachments.filter((attachment) => !fitting.includes(attachment));
  if (fitting.length < 2) {
    return mentionUnread(await runCapability(deps, scene, use, route, message.attachments), others);
  }
  const outcomes: Outcome[] = [];
  for (const attachment of fitting) {
    const input: JsonObject = { ...use.input, ...(slot && { [slot]: `input/${attachment.name}` }) };
    const earlier = outcomes.findLast(({ files }) => files !== undefined)?.files?.changes;
    outcomes.push(await runCapability(deps, scene, { ...use, input }, route, [attachment], earlier));
  }
  const files = outcomes.findLast((outcome) => outcome.files !== undefined)?.files;
  const replies = outcomes.flatMap((outcome) => outcome.replies);
  return mentionUnread({ ...outcomes.at(-1), ...(files && { files }), replies }, others);
}

/** The outcome with a line that names the files nobody looked at. */
function mentionUnread(outcome: Outcome, unread: readonly Attachment[]): Outcome {
  const [first, ...rest] = outcome.replies;
  if (first === undefined || unread.length === 0) return outcome;
  const names = inert(unread.map(({ name }) => `“${name}”`).join(", "));
  const line: Part = { type: "context", markdown: `I did not read ${names}: not a kind of file this needs.` };
  const at = first.parts.findIndex(({ type }) => type === "actions");
  const parts = at < 0 ? [...first.parts, line] : first.parts.toSpliced(at, 0, line);
  return { ...outcome, replies: [{ ...first, parts }, ...rest] };
}

/** Never a guess: the closest choices as buttons, and a way to say that neither is meant. */
function unsure(
  deps: OrchestratorDeps,
  scene: Scene,
  choices: Extract<Decision["outcome"], { kind: "unsure" }>["choices"],
  text: string,
  record: NonNullable<Outcome["record"]>,
): Outcome {
  const actions = choices.map((choice) => {
    const { manifest } = findCapability(deps, choice);
    return scene.composer.button(`${manifest.title}: ${choice.title}`, {
      verb: "inv",
      module: choice.module,
      capability: choice.capability,
      input: choice.input,
    });
  });
  actions.push(
    scene.composer.button("Something Else", { verb: "els", text }),
    scene.composer.whyButton(scene.turn.turnId),
  );
  return {
    replies: [say("I am not sure what you mean. Did you mean one of these?", actions)],
    state: { ...(scene.state.last && { last: scene.state.last }), answered: scene.turn.turnId },
    record,
  };
}

/** The plain answer to a request nobody can serve yet. */
export function cannotDo(scene: Scene): Outcome["replies"][number] {
  return errorReply(
    "cannot_do",
    "I can't do that yet: no installed module does it.",
    "I noted the request. Say `help` for what I can do now.",
    scene.turn.turnId,
    [scene.composer.whyButton(scene.turn.turnId)],
  );
}

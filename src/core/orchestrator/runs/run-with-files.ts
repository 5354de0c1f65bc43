import type { Attachment } from "#core/contract/message.ts";
import type { Capability } from "#core/contract/manifest.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { withPart } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { runCapability } from "./run-capability.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { refusalOf } from "./use-right.ts";
import { findCapability, type Use } from "./use.ts";
import type { DecisionRecord } from "#core/orchestrator/why.ts";

/**
 * Runs a capability on the files that came with a message. Several that fit are several runs, each with its own answer
 * unless there are many; one that does not is named, not passed over.
 */
export async function runWithFiles(
  deps: OrchestratorDeps,
  scene: Scene,
  use: Use,
  route: DecisionRecord["route"],
  attachments: readonly Attachment[],
): Promise<Outcome> {
  const wanted = fileSlot(findCapability(deps, scene.turn.org, use).capability);
  const fits = ({ name }: Attachment): boolean =>
    wanted?.extensions.some((end) => name.toLowerCase().endsWith(end)) ?? false;
  const fitting = attachments.filter(fits);
  const unread = attachments.filter((attachment) => !fits(attachment));
  if (wanted === undefined || fitting.length < 2) {
    return mentionUnread(await runCapability(deps, scene, use, route, attachments), unread);
  }
  // Once, not once for every file.
  const refused = await refusalOf(deps, scene, findCapability(deps, scene.turn.org, use));
  if (refused !== undefined) return refused;
  const outcomes: Outcome[] = [];
  for (const attachment of fitting) {
    const input = { ...use.input, [wanted.slot]: `input/${attachment.name}` };
    const earlier = outcomes.findLast(({ files }) => files !== undefined)?.files?.changes;
    outcomes.push(await runCapability(deps, scene, { ...use, input }, route, [attachment], earlier));
  }
  const files = outcomes.findLast((outcome) => outcome.files !== undefined)?.files;
  const answers = outcomes.map((outcome, at) => ({ name: fitting[at]?.name ?? "", replies: outcome.replies }));
  const replies = answers.length > MOST_ANSWERS ? [inOne(answers)] : answers.flatMap((answer) => answer.replies);
  const elsewhere = outcomes.flatMap((outcome) => outcome.elsewhere ?? []);
  const audit = outcomes.flatMap((outcome) => outcome.audit ?? []);
  const commit: Outcome["commit"] = async (inside) => {
    for (const outcome of outcomes) await outcome.commit?.(inside);
  };
  return mentionUnread({ ...outcomes.at(-1), ...(files && { files }), replies, elsewhere, audit, commit }, unread);
}

/** More than this would fill the screen. */
const MOST_ANSWERS = 3;

/** What came of many files in one answer: a line for each, and how the last one ends. */
function inOne(answers: readonly { readonly name: string; readonly replies: readonly Reply[] }[]): Reply {
  const replies = answers.flatMap((answer) => answer.replies);
  const lines = answers.flatMap(({ name, replies: own }) =>
    own.map(({ summary }) => `- **${inert(name)}** ${summary.replaceAll("\n", " ")}`),
  );
  const ending = (replies.at(-1)?.parts ?? []).filter(({ type }) => type === "context" || type === "actions");
  return {
    summary: `I went through ${answers.length} files.`,
    parts: [{ type: "text", markdown: lines.join("\n") }, ...ending],
    visibility: replies.some(({ visibility }) => visibility === "only_actor") ? "only_actor" : "everyone",
  };
}

/** The slot that takes a file, when the capability cannot do without one. */
function fileSlot({ slots, required }: Capability): { slot: string; extensions: readonly string[] } | undefined {
  for (const slot of required) {
    const schema = slots[slot];
    if (schema?.type === "file") return { slot, extensions: schema.extensions };
  }
  return undefined;
}

/** The outcome with a line that names the files nobody looked at. */
function mentionUnread(outcome: Outcome, unread: readonly Attachment[]): Outcome {
  const [first, ...rest] = outcome.replies;
  if (first === undefined || unread.length === 0) return outcome;
  const names = inert(unread.map(({ name }) => `“${name}”`).join(", "));
  const line: Part = { type: "context", markdown: `I did not read ${names}: not a kind of file this needs.` };
  return { ...outcome, replies: [withPart(first, line), ...rest] };
}

import { NexusError } from "#core/contract/errors.ts";
import { ConversationKey } from "#core/contract/ids.ts";
import { channelOf, type Conversation } from "#core/contract/message.ts";
import { readCode } from "#core/contract/short-code.ts";
import type { Gate } from "#core/approval/approval.ts";
import { say } from "#core/orchestrator/compose.ts";
import { gateDetails } from "./gate-details.ts";
import { gateList } from "./gate-list.ts";
import { vote } from "./gate-vote.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What can be typed about approvals: the way that always works, whatever became of the buttons. */
export type GateCommand =
  | { readonly name: "approvals" }
  | { readonly name: "approvals_here"; readonly here: boolean }
  | { readonly name: "approve" | "details"; readonly code: string }
  | { readonly name: "reject"; readonly code: string; readonly reason: string };

/** @param words a text without its closing marks, its letters as they were typed */
export function readGateCommand(words: string): GateCommand | undefined {
  if (/^(?:approvals|list approvals|pending approvals)$/i.test(words)) return { name: "approvals" };
  if (/^approvals here$/i.test(words)) return { name: "approvals_here", here: true };
  if (/^approvals (?:where asked|anywhere)$/i.test(words)) return { name: "approvals_here", here: false };
  const match = /^(approve|reject|details)\s+#?([a-z0-9]{4})(?:[\s,:]+(?:because\s+)?(.+))?$/i.exec(words);
  const [, verb, letters, rest] = match ?? [];
  const code = letters && readCode(letters);
  if (verb === undefined || code === undefined) return undefined;
  if (verb.toLowerCase() === "reject") return { name: "reject", code, reason: rest ?? "" };
  // “approve them all” is no code: a sentence that goes on after it is not this command.
  if (rest !== undefined) return undefined;
  return { name: verb.toLowerCase() === "approve" ? "approve" : "details", code };
}

/** Does what was typed. */
export async function onGateCommand(deps: OrchestratorDeps, scene: Scene, command: GateCommand): Promise<Outcome> {
  switch (command.name) {
    case "approvals":
      return { replies: [await gateList(deps, scene)] };
    case "approvals_here":
      return setChannel(deps, scene, command.here);
    case "approve":
      return vote(deps, scene, (await byCode(deps, scene, command.code)).id, "approve");
    case "reject":
      return vote(deps, scene, (await byCode(deps, scene, command.code)).id, "reject", command.reason);
    case "details":
      return { replies: [await gateDetails(deps, scene, await byCode(deps, scene, command.code))] };
    default:
      return command satisfies never;
  }
}

async function byCode(deps: OrchestratorDeps, scene: Scene, code: string): Promise<Gate> {
  const gate = await deps.approval.byCode(scene.turn.org, code);
  if (gate !== undefined) return gate;
  throw new NexusError("action_expired", `no approval ${code} in this org`, {
    say: `I know no request ${code}.`,
    hint: "Say `approvals` for what waits for a decision.",
  });
}

async function setChannel(deps: OrchestratorDeps, scene: Scene, here: boolean): Promise<Outcome> {
  const { org } = scene.turn;
  await requirePermission(deps, scene, "policy.manage");
  const said = here
    ? "Requests for approval come here from now on. Say `approvals where asked` to end that."
    : "Requests for approval stay where they are asked for from now on.";
  return {
    replies: [say(said)],
    commit: (inside) => inside.forOrg(org).gates.setChannel(here ? wholeChannel(scene) : undefined),
  };
}

/**
 * Said at the top of a channel, or with a command, it means the channel: not the thread that this very message would
 * begin, where few would look, nor the dialogue of whoever said it.
 */
function wholeChannel({ conversation, turn }: Scene): Conversation {
  const { threadId, ...channel } = conversation;
  const isOfOthers = conversation.kind === "thread" || conversation.kind === "channel";
  const isTop = threadId === undefined || turn.inbound.source?.messageId === threadId;
  if (!isOfOthers || !isTop) return conversation;
  return { ...channel, kind: "thread", key: ConversationKey.parse(channelOf(conversation)) };
}

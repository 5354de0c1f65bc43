import { refusedEntry } from "./acting.ts";
import { say } from "./compose.ts";
import { errorReply } from "./failure.ts";
import { withdrawRequests } from "./approvals/gate-end.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";

/** What “stop” leads to: the turn that was stopped says so itself; else what waits for an answer is taken back. */
export async function onStop(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  const verdict = deps.stopVerdict(scene.turn.turnId);
  if (verdict === "stopped") return { replies: [] };
  if (verdict === "not_allowed") {
    const cause = "Only the one who asked, or an operator, can stop this.";
    const reply = errorReply("not_allowed", cause, "Ask one of them to.", scene.turn.turnId);
    const entry = refusedEntry(scene, "operator", { kind: "turn", id: scene.turn.turnId }, "not_allowed");
    return { replies: [{ ...reply, visibility: "only_actor" }], audit: [entry] };
  }
  if (scene.turn.inbound.kind === "action") {
    return { replies: [{ ...say("That had ended already."), visibility: "only_actor" }] };
  }
  const { elsewhere = [] } = await withdrawRequests(
    deps,
    scene,
    ({ author, conversation }) => author === scene.person && conversation.key === scene.conversation.key,
  );
  if (elsewhere.length > 0) return { replies: [say("Okay, I took back what waited for a decision.")], elsewhere };
  if (scene.state.pending === undefined) return { replies: [say("Nothing is running.")] };
  const { text } = scene.state.pending;
  return {
    replies: [say("Okay, forgotten.")],
    ...(text !== undefined && { unmet: { text, reason: "a value was asked for", kind: "slot_given_up" } }),
    state: scene.state.last === undefined ? {} : { last: scene.state.last },
  };
}

import type { Inbound } from "#core/contract/message.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";

/** Something of ours whose time has come. */
export function onDue(
  _deps: OrchestratorDeps,
  _scene: Scene,
  inbound: Extract<Inbound, { kind: "due" }>,
): Promise<Outcome> {
  switch (inbound.what) {
    case "gate_expired":
      return Promise.resolve({ replies: [] });
    default:
      return inbound.what satisfies never;
  }
}

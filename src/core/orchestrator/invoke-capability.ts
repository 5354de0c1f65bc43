import type { AdapterRunResult, FileChanges } from "#core/contract/invocation.ts";
import type { PersonId } from "#core/contract/ids.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { Attachment, Platform } from "#core/contract/message.ts";
import { runOnce } from "./run-once.ts";
import type { OrchestratorDeps, Scene } from "./scene.ts";
import type { Use } from "./use.ts";

/** For whom a capability is run, and with which files. */
export interface RunAs {
  readonly person: PersonId;
  readonly asker: Scene["asker"];
  /** Where the files came in. */
  readonly platform: Platform;
  readonly attachments: readonly Attachment[];
  readonly earlier?: FileChanges;
}

/** Runs one capability in this turn, shown as a step of it, and at most once when it changes something outside. */
export async function invokeCapability(
  deps: OrchestratorDeps,
  scene: Scene,
  use: Use,
  { manifest, capability }: { readonly manifest: Manifest; readonly capability: Capability },
  { person, asker, platform, attachments, earlier }: RunAs,
): Promise<AdapterRunResult> {
  const { turn, stream } = scene;
  const step = { id: capability.name, title: `${manifest.title}: ${capability.title.toLowerCase()}` };
  stream.step({ ...step, status: "running" });
  const invocation = {
    org: turn.org,
    person,
    turn: turn.turnId,
    module: use.module,
    capability: use.capability,
    input: use.input,
    asker,
    ...(earlier && { earlier }),
    files: attachments.map((attachment) => ({
      attachment,
      read: (maxBytes: number) => deps.readAttachment(platform, attachment, maxBytes, turn.signal),
    })),
  };
  const result = await runOnce(turn, use.module, capability, use.input, (beforeEffect) =>
    deps.registry.invoke({ ...invocation, ...(beforeEffect && { beforeEffect }) }, turn.signal),
  );
  stream.step({ ...step, status: result.ok ? "done" : "failed" });
  return result;
}

import type { AdapterRunResult, FileChanges } from "#core/contract/invocation.ts";
import type { ChannelKey, GateId, PersonId } from "#core/contract/ids.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import { type Attachment, channelOf, type Platform } from "#core/contract/message.ts";
import { onRecord } from "#core/orchestrator/approvals/effect-audit.ts";
import { runOnce } from "./run-once.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Use } from "./use.ts";

/** For whom a capability is run, and with which files. */
export interface RunAs {
  readonly person: PersonId;
  readonly asker: Scene["asker"];
  /** Where the files came in. */
  readonly platform: Platform;
  /** Where it was asked for; here, unless told. What it takes counts for that channel. */
  readonly channel?: ChannelKey;
  readonly attachments: readonly Attachment[];
  readonly earlier?: FileChanges;
  /** What people agreed to it with, where they had to. */
  readonly gate?: GateId;
}

/** Runs one capability in this turn, shown as a step of it, and at most once when it changes something outside. */
export async function invokeCapability(
  deps: OrchestratorDeps,
  scene: Scene,
  use: Use,
  { manifest, capability }: { readonly manifest: Manifest; readonly capability: Capability },
  { person, asker, platform, channel, attachments, earlier, gate }: RunAs,
): Promise<AdapterRunResult> {
  const { turn, stream } = scene;
  const step = { id: capability.name, title: `${manifest.title}: ${capability.title.toLowerCase()}` };
  stream.step({ ...step, status: "running" });
  const invocation = {
    org: turn.org,
    person,
    turn: turn.turnId,
    channel: channel ?? channelOf(scene.conversation),
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
  const run = (begun?: () => Promise<void>): Promise<AdapterRunResult> =>
    runOnce(turn, use.module, capability, use.input, (begin) => {
      const beforeEffect = async (): Promise<void> => {
        await begun?.();
        await begin?.();
      };
      return deps.registry.invoke({ ...invocation, ...(begin && { beforeEffect }) }, turn.signal);
    });
  const sha256 = deps.registry.modules(turn.org).find((module) => module.manifest.name === use.module)?.sha256;
  const effect = { manifest, capability, sha256, input: use.input, person, ...(gate && { gate }) };
  const result = await (capability.effect === "read" ? run() : onRecord(deps, scene, effect, run));
  stream.step({ ...step, status: result.ok ? "done" : "failed" });
  return result;
}

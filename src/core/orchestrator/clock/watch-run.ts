import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { StreamPort } from "#core/contract/door.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import { channelOf, type Conversation } from "#core/contract/message.ts";
import type { UseVerdict } from "#core/auth/rights.ts";
import { invokeCapability } from "#core/orchestrator/runs/invoke-capability.ts";
import { mayUseHere } from "#core/orchestrator/runs/use-right.ts";
import type { Use } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

interface What {
  readonly manifest: Manifest;
  readonly capability: Capability;
}

/** What became of a look at a source. */
export type LookResult =
  | (What & { readonly is: "run"; readonly result: AdapterRunResult; readonly right: string })
  /** It is installed no more, or switched off. */
  | { readonly is: "away"; readonly manifest?: Manifest }
  | (What & { readonly is: "refused"; readonly verdict: Extract<UseVerdict, { allowed: false }> });

/**
 * Looks at a source by the rights that its person has at this moment, for a place: the module there, what the channel
 * allows, the credential. It counts as theirs, and nothing of it is shown as a step.
 */
export async function lookAt(deps: OrchestratorDeps, scene: Scene, use: Use, place: Conversation): Promise<LookResult> {
  const { org } = scene.turn;
  const manifest = deps.registry.modules(org).find((module) => module.manifest.name === use.module)?.manifest;
  const capability = manifest?.capabilities.find(({ name }) => name === use.capability);
  // What was reading and is no more would change something without being asked.
  if (manifest === undefined || capability === undefined || capability.effect !== "read") return { is: "away" };
  const off = await deps.store.forOrg(org).moduleStates.off();
  if (off.has(use.module)) return { is: "away", manifest };
  const what = { manifest, capability };
  const verdict = await mayUseHere(deps, { ...scene, conversation: place }, what);
  if (!verdict.allowed) return { is: "refused", verdict, ...what };
  const { person, asker } = scene;
  const as = { person, asker, platform: place.platform, channel: channelOf(place), attachments: [] };
  const result = await invokeCapability(deps, { ...scene, stream: UNSEEN }, use, what, as);
  return { is: "run", result, right: verdict.right, ...what };
}

const UNSEEN: StreamPort = { text: () => undefined, step: () => undefined, end: () => undefined };

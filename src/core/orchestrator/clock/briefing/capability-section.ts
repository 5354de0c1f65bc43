import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { CredentialNeed, Manifest } from "#core/contract/manifest.ts";
import { channelOf } from "#core/contract/message.ts";
import type { BriefingSection } from "#core/contract/schedule.ts";
import { reachOf } from "#core/credentials/reach.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Briefed } from "./briefed.ts";
import { failedSection, lineOf, nothingSection, type Section } from "./section.ts";
import { timelyInput } from "./timely-input.ts";
import { isBare } from "./bare-data.ts";
import { firstRows } from "./first-rows.ts";
import { worthwhileChart } from "./worthwhile-chart.ts";

type CapabilitySection = Extract<BriefingSection, { kind: "capability" }>;

/**
 * What one capability says now: run like in every turn, with the rights that the schedule's owner has at this moment in
 * this place. What is private is shown to others only as far as the module says that others may read it.
 */
export async function capabilitySection(
  deps: Pick<OrchestratorDeps, "registry" | "rights" | "store">,
  { turn }: Pick<Scene, "turn">,
  section: CapabilitySection,
  briefed: Briefed,
  signal: AbortSignal,
): Promise<Section> {
  const title = inert(section.title);
  const { org } = turn;
  const { owner, place, now } = briefed;
  const manifest = deps.registry.modules(org).find((module) => module.manifest.name === section.module)?.manifest;
  const capability = manifest?.capabilities.find(({ name }) => name === section.capability);
  if (manifest === undefined || capability === undefined) return failedSection(title, "it is not installed any more.");
  if (capability.effect !== "read")
    return failedSection(title, "it would change something, and a briefing only reads.");
  const off = await deps.store.forOrg(org).moduleStates.off();
  if (off.has(section.module)) return failedSection(title, `${manifest.title} is switched off here.`);
  const channel = channelOf(place);
  const verdict = await deps.rights.mayUse({ org, person: owner.person, channel, manifest, capability });
  if (!verdict.allowed) return failedSection(title, inert(verdict.say));
  const input = timelyInput(capability, section.input, { now, ...owner.asker });
  const result = await deps.registry.invoke(
    {
      org,
      person: owner.person,
      turn: turn.turnId,
      channel,
      module: section.module,
      capability: section.capability,
      input,
      asker: owner.asker,
      files: [],
    },
    signal,
  );
  if (!result.ok) return failed(deps, { title, manifest, result, briefed, org });
  const { changes } = result.files;
  const files = changes.length > 0 && { files: { module: section.module, changes: result.files } };
  return { ...told({ title, manifest, result, briefed }), ...files };
}

interface Ran<Result> {
  readonly title: string;
  readonly manifest: Manifest;
  readonly result: Result;
  readonly briefed: Briefed;
}

type Ok = Extract<AdapterRunResult, { ok: true }>;
type Failed = Extract<AdapterRunResult, { ok: false }>;

function told({ title, manifest, result, briefed }: Ran<Ok>): Section {
  // Of what is private others see what the module says they may, and neither the picture nor the rows.
  const isWhole = maySeeAll(manifest, briefed);
  const words = isWhole ? result.summary : briefed.readers === "members" ? result.shared : undefined;
  if (words === undefined) {
    const line = `only ${briefed.ownerName} is shown this. **More** brings yours.`;
    return { title, state: "hidden", lines: [line], says: ["hidden", JSON.stringify(result.data ?? result.summary)] };
  }
  const line = `${lineOf(words)}${result.sample ? " (sample data)" : ""}${result.stale ? " (last known)" : ""}`;
  if (isBare(result.data)) return { ...nothingSection(title, line), ...(result.sample && { isSample: true }) };
  const chart = isWhole ? worthwhileChart(result.parts) : undefined;
  const rows = isWhole ? firstRows(result.parts) : undefined;
  return {
    title,
    state: "ok",
    lines: rows === undefined ? [line] : [line, rows],
    asOf: result.asOf,
    ...(chart && { chart }),
    ...(result.sample && { isSample: true }),
    says: [words, JSON.stringify(result.data ?? null), result.sample],
  };
}

/** Whether those who read along may see all that a module tells of its owner. */
function maySeeAll({ dataClass }: Manifest, { readers }: Briefed): boolean {
  switch (dataClass) {
    case "public":
      return true;
    case "internal":
      return readers !== "anybody";
    case "private":
      return readers === "alone";
    default:
      return dataClass satisfies never;
  }
}

async function failed(
  deps: Pick<OrchestratorDeps, "store">,
  { title, manifest, result, briefed, org }: Ran<Failed> & Pick<Scene["turn"], "org">,
): Promise<Section> {
  const isShown = maySeeAll(manifest, briefed);
  if (NOTHING.has(result.code)) return nothingSection(title, isShown ? lineOf(result.say) : "nothing.");
  const need = manifest.credentials.find(({ name }) => name === result.credential);
  if (need !== undefined) {
    const whose = await whoMends(deps, need, briefed, org);
    const what = result.code === "credential_missing" ? `${inert(need.title)} is not connected` : "reconnect needed";
    return failedSection(title, `${what} (${whose}).`, { module: manifest.name, credential: need.name });
  }
  // Why something private failed is private too.
  return failedSection(title, isShown ? lineOf(result.say) : "it could not be read.");
}

/** A source that says there is nothing has not failed. */
const NOTHING: ReadonlySet<string> = new Set(["no_data", "not_found"]);

/** By name, and never as a mention: nobody is called. */
async function whoMends(
  { store }: Pick<OrchestratorDeps, "store">,
  need: CredentialNeed,
  { owner, ownerName }: Briefed,
  org: Scene["turn"]["org"],
): Promise<string> {
  const own = store.forOrg(org);
  const reach = await reachOf(own, need.name, owner.person);
  if (reach.kind === "own") return ownerName;
  if (reach.kind === "lent" && reach.record.owner !== undefined) {
    const lender = await own.directory.get(reach.record.owner);
    return lender === undefined ? "whoever lends it" : inert(lender.displayName);
  }
  return need.personal === true ? ownerName : "an admin";
}

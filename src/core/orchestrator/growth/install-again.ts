import type { Gate } from "#core/approval/approval.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { BuildId, OrgId } from "#core/contract/ids.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { Repositories } from "#core/store/store.ts";
import { authorLacks } from "#core/orchestrator/approvals/gate-author.ts";
import { InstallSubject } from "#core/orchestrator/approvals/install-subject.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { askToInstall } from "./install-ask.ts";

/** What becomes of a build whose module was turned down. */
interface SentBack {
  readonly brief: string;
  readonly outcome: Pick<Outcome, "commit" | "afterwards">;
}

/**
 * Turned down with a reason, it is built anew with that, also by whoever asked for it and may have it built; without one
 * it ends there, and taken back it stays a draft.
 */
export async function sentBack(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<SentBack | undefined> {
  const { org } = scene.turn;
  const { build: id } = InstallSubject.parse(gate.subject);
  const build = await deps.builds.get(org, id);
  if (build === undefined) return undefined;
  const reason = gate.votes.find(({ verdict }) => verdict === "reject")?.reason;
  const isOver = gate.state === "rejected";
  const over = (inside: Repositories): Promise<void> =>
    isOver ? endBuild(deps, inside, build) : deps.builds.settle(inside, org, id, "ready");
  const isAllowed = isOver || (await authorLacks(deps, org, gate)) === undefined;
  if (reason === undefined || !isAllowed) return ended("", over);
  try {
    const change = await deps.builds.feedback(org, id, reason, scene.person);
    return {
      brief: `I build it anew with that: \`build ${build.code}\`.`,
      outcome: { commit: change.commit, afterwards: async () => deps.builds.wake() },
    };
  } catch (thrown) {
    const { code, say } = asNexusError(thrown);
    if (code === "internal" || code === "disk_full") throw thrown;
    return ended(say, over);
  }
}

/**
 * Asks for it once more as it is now. When there is nothing left to ask for, it stays a draft, and what was a request is
 * none any more.
 */
export async function askAnew(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<AskedAnew> {
  const { org } = scene.turn;
  const subject = InstallSubject.parse(gate.subject);
  const build = await deps.builds.get(org, subject.build);
  if (build?.result?.sha256 !== subject.sha256) return dropped(deps, org, subject.build);
  try {
    return { isAsked: true, outcome: await askToInstall(deps, scene, build) };
  } catch (thrown) {
    const { code } = asNexusError(thrown);
    if (code === "internal" || code === "disk_full") throw thrown;
    return dropped(deps, org, subject.build);
  }
}

interface AskedAnew {
  readonly isAsked: boolean;
  readonly outcome: Outcome;
}

function ended(brief: string, commit: (inside: Repositories) => Promise<void>): SentBack {
  return { brief, outcome: { commit } };
}

async function endBuild(deps: OrchestratorDeps, inside: Repositories, { id, org, proposal }: Build): Promise<void> {
  await deps.builds.settle(inside, org, id, "rejected");
  // The need is there as before, and can be met another way.
  if (proposal !== undefined) await deps.curriculum.decideIn(inside, { org, id: proposal }, "open", undefined);
}

function dropped(deps: OrchestratorDeps, org: OrgId, id: BuildId): AskedAnew {
  const commit = (inside: Repositories): Promise<void> => deps.builds.settle(inside, org, id, "ready");
  return { isAsked: false, outcome: { replies: [], commit } };
}

import { NexusError } from "#core/contract/errors.ts";
import type { BuildId, OrgId } from "#core/contract/ids.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { InstallPlan } from "#core/evolution/installer/installer.ts";
import { askApproval } from "#core/orchestrator/approvals/gate-ask.ts";
import { installNow, installPolicy, InstallSubject, plain } from "#core/orchestrator/approvals/install-subject.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { installFacts, installTitle } from "./install-facts.ts";
import { readingOf } from "./install-reading.ts";

/**
 * Asks people to install what a build made: its whole source first, then the card. The one who had it built asks,
 * whoever's turn it is.
 * @throws NexusError bundle_changed | bundle_revoked | dependency_missing | module_pinned
 */
export async function askToInstall(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Outcome> {
  const { org } = scene.turn;
  if (build.result === undefined) throw new NexusError("build_unknown", `build ${build.id} has no result`);
  const plan = await deps.installer.plan(org, build.result.sha256);
  const now = await installNow(deps, org, { sha256: plan.sha256, build: build.id });
  if (now.state === "gone") throw new NexusError("bundle_changed", now.why);
  // One request at a time on a module: a newer one takes the place of the older.
  const topic = `install:${plan.module}`;
  const older = await olderBuild(deps, org, topic, build);
  const asked = await askApproval(deps, scene, {
    kind: "install",
    topic,
    title: installTitle(now.plan),
    subject: plain(now.subject),
    facts: installFacts(now.plan, build),
    policy: installPolicy(deps.policies, now.plan),
    asker: { person: build.author, actor: build.actor, conversation: build.conversation },
    attach: { summary: attachSummary(now.plan), parts: await readingOf(deps, org, now.subject) },
  });
  return {
    ...asked,
    async commit(inside) {
      await asked.commit?.(inside);
      await deps.builds.settle(inside, org, build.id, "asked");
      if (older !== undefined) await deps.builds.settle(inside, org, older, "ready");
    },
  };
}

/** The other build that is asked about now, and is not once this is. */
async function olderBuild(
  deps: OrchestratorDeps,
  org: OrgId,
  topic: string,
  { id }: Build,
): Promise<BuildId | undefined> {
  const latest = await deps.store.forOrg(org).gates.latestOn(topic);
  const subject = latest?.state === "open" ? InstallSubject.safeParse(latest.subject).data : undefined;
  return subject === undefined || subject.build === id ? undefined : subject.build;
}

function attachSummary({ manifest, sha256, base }: InstallPlan): string {
  const changes = base === undefined ? "" : ", with what changes";
  return `${manifest.name} ${manifest.version}, sha256 ${sha256.slice(0, 12)}: all of its source${changes}, to be read before anybody approves it.`;
}

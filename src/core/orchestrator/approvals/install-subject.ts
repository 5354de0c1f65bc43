import { z } from "zod";
import { subjectHash } from "#core/approval/subject-hash.ts";
import type { Gate } from "#core/approval/approval.ts";
import type { GatePolicies } from "#core/approval/policies.ts";
import { asNexusError, type ErrorCode } from "#core/contract/errors.ts";
import type { GatePolicy } from "#core/contract/gate.ts";
import { BuildId, ModuleName, type OrgId, PersonId, Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { InstallPlan, StagedBundle } from "#core/evolution/installer/installer.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** Exact bytes to be installed, with everything that was shown of them: whatever changes of it asks for a new word. */
export const InstallSubject = z.object({
  kind: z.literal("install"),
  module: ModuleName,
  version: z.string(),
  sha256: Sha256,
  manifestSha256: Sha256,
  /** What would run of it. */
  compiledSha256: Sha256,
  reportSha256: Sha256,
  /** What it takes the place of. */
  base: z.object({ version: z.string(), sha256: Sha256 }).exactOptional(),
  /** What it builds on. */
  lock: z.record(z.string(), z.object({ version: z.string(), sha256: Sha256 })),
  /** Whose words went into it, by id; they may not approve it. */
  contributors: z.array(PersonId),
  from: z.enum(["build", "index", "pack"]),
  build: BuildId,
});
export type InstallSubject = z.infer<typeof InstallSubject>;

/** What installing would do as things are now, or why it cannot be done. */
export type InstallNow =
  | { readonly state: "ready"; readonly plan: InstallPlan; readonly subject: InstallSubject; readonly sha256: Sha256 }
  | { readonly state: "gone"; readonly why: string };

type Deps = Pick<OrchestratorDeps, "installer" | "builds">;

/** Reads all of it anew: the bytes, their digests, what is installed, and who has a part in it. */
export async function installNow(
  deps: Deps,
  org: OrgId,
  { sha256, build: id }: Pick<InstallSubject, "sha256" | "build">,
): Promise<InstallNow> {
  const build = await deps.builds.get(org, id);
  if (build === undefined) return { state: "gone", why: "the build it came from is gone." };
  try {
    const plan = await deps.installer.plan(org, sha256);
    if (!isProven(plan.staged)) return { state: "gone", why: "its validation report does not say that it passed." };
    const subject = subjectOf(plan, build);
    return { state: "ready", plan, subject, sha256: subjectHash(plain(subject)) };
  } catch (thrown) {
    const { code, say } = asNexusError(thrown);
    if (TRIED_AGAIN.has(code)) throw thrown;
    return { state: "gone", why: lowerFirst(say) };
  }
}

/** How many must agree: more, where the module may do more than what is here. Never nobody. */
export function installPolicy(policies: Pick<GatePolicies, "install" | "update">, plan: InstallPlan): GatePolicy {
  const policy = plan.permissions.grows ? policies.install : policies.update;
  return { ...policy, approvals: Math.max(1, policy.approvals) };
}

/** Why a request to install cannot be approved as it was asked for; undefined when it can, or is none. */
export async function installLacks(deps: Deps, org: OrgId, gate: Gate): Promise<string | undefined> {
  const asked = InstallSubject.safeParse(gate.subject).data;
  if (asked === undefined) return undefined;
  const now = await installNow(deps, org, asked);
  if (now.state === "gone") return now.why;
  return now.sha256 === gate.subjectSha256 ? "more people must agree to it by now." : whatDiffers(asked, now.subject);
}

function whatDiffers(asked: InstallSubject, now: InstallSubject): string {
  if (asked.base?.sha256 !== now.base?.sha256) return "another version of the module was put in place since.";
  if (asked.reportSha256 !== now.reportSha256) return "its validation report is another one now.";
  if (asked.contributors.join(" ") !== now.contributors.join(" ")) return "more people have a part in it now.";
  if (asked.sha256 === now.sha256 && asked.compiledSha256 === now.compiledSha256) {
    return "what it builds on was changed since.";
  }
  return "this bundle changed after you opened it.";
}

/** Its subject as it is hashed and kept. */
export function plain(subject: InstallSubject): Json {
  const json: Json = JSON.parse(JSON.stringify(subject));
  return json;
}

const TRIED_AGAIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["internal", "disk_full"]);

/** That a report says it passed, and says it of these very bytes. */
function isProven({ report, sha256, bundle }: StagedBundle): boolean {
  const { name, version } = bundle.manifest;
  const isOfThese =
    report.hashes.bundle === sha256 && report.module?.name === name && report.module.version === version;
  return report.ok && isOfThese;
}

function subjectOf(plan: InstallPlan, build: Build): InstallSubject {
  const { module, version, sha256, manifestSha256, compiledSha256, reportSha256, base, lock, staged } = plan;
  const contributors = [...new Set([build.author, ...build.contributors, ...staged.contributors])].toSorted();
  const digests = { sha256, manifestSha256, compiledSha256, reportSha256 };
  return {
    kind: "install",
    module,
    version,
    ...digests,
    ...(base && { base: { version: base.version, sha256: base.sha256 } }),
    lock: { ...lock },
    contributors,
    from: staged.provenance.from,
    build: build.id,
  };
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

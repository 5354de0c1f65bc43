import { z } from "zod";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { GateId, ModuleName, OrgId, PersonId, Sha256, TurnId } from "#core/contract/ids.ts";
import type { HostGrant, Manifest } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import type { Repositories } from "#core/store/store.ts";

/** Where a bundle came from. */
/** What a model that did not write a module said of it. Data; nobody has checked it. */
export const Review = z.strictObject({
  by: z.string(),
  concerns: z.array(z.string()),
  /** It was written anew after that. */
  isRewritten: z.boolean(),
});
export type Review = z.infer<typeof Review>;

export const Provenance = z.discriminatedUnion("from", [
  z.strictObject({
    from: z.literal("build"),
    build: z.string(),
    wrote: z.enum(["builder", "model"]),
    model: z.string().exactOptional(),
    review: Review.exactOptional(),
  }),
  z.strictObject({ from: z.literal("index"), index: z.string(), signer: z.string() }),
  z.strictObject({ from: z.literal("pack"), name: z.string() }),
]);
export type Provenance = z.infer<typeof Provenance>;

/** What passed the sandbox and may be asked about. */
export interface Candidate {
  readonly entries: BundleEntries;
  /** As the sandbox compiled it: what would run. */
  readonly bundle: Bundle;
  readonly report: ValidationReport;
  readonly provenance: Provenance;
  /** Who may not approve it. */
  readonly contributors: readonly PersonId[];
  /** What was written of it, by the builder or a model; shown last and labelled as theirs. */
  readonly notes: readonly string[];
  readonly summary?: { readonly text: string; readonly by: string };
}

/** A candidate as it is kept, its digests found again in its bytes. */
export interface StagedBundle extends Candidate {
  readonly sha256: Sha256;
  /** Digest of the report as it is kept. */
  readonly reportSha256: Sha256;
  readonly stagedAt: Date;
}

/** What a module may do that the version before could not, and the reverse. Computed from manifests, never told by anybody. */
export interface PermissionDiff {
  readonly hosts: { readonly added: readonly HostGrant[]; readonly removed: readonly HostGrant[] };
  readonly credentials: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Capabilities with their effect: `createIssue (write)`. */
  readonly capabilities: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Limits that grew, in words, and a data class that opened. */
  readonly widened: readonly string[];
  /** Whether any of it is more than before; of a module that is new here: whether it may do anything at all outside. */
  readonly grows: boolean;
}

/** What an installation would do, from what is kept now. Its parts go into the subject that people approve. */
export interface InstallPlan {
  readonly org: OrgId;
  readonly module: ModuleName;
  readonly version: string;
  readonly sha256: Sha256;
  readonly manifestSha256: Sha256;
  readonly compiledSha256: Sha256;
  readonly reportSha256: Sha256;
  /** The bundle whose place it takes; absent when the module is new here. */
  readonly base?: { readonly sha256: Sha256; readonly version: string };
  /** Modules it builds on, as they are here: exactly these. */
  readonly lock: Readonly<Record<string, { readonly version: string; readonly sha256: Sha256 }>>;
  readonly permissions: PermissionDiff;
  readonly manifest: Manifest;
  readonly staged: StagedBundle;
}

/** What goes into the turn's own transaction, and what is to happen once it is committed. */
export interface Change {
  readonly commit: (inside: Repositories) => Promise<void>;
  readonly afterwards: () => Promise<void>;
}

/** Who agreed to an installation, and in which turn it is done. */
export interface InstalledBy {
  readonly gate?: GateId;
  readonly approvedBy: readonly PersonId[];
  readonly turn?: TurnId;
}

/** One version of a module that was live at some time, the newest first. */
export interface ModuleVersion {
  readonly version: string;
  readonly sha256: Sha256;
  readonly installedAt: Date;
  readonly gate?: GateId;
  readonly approvedBy: readonly PersonId[];
  readonly isLive: boolean;
  /** Live, and kept at it. */
  readonly isPinned: boolean;
  /** Taken back by its publisher or here; it cannot come back. */
  readonly revoked?: string;
}

/** What undoing would do, before anybody says yes. */
export interface UndoPlan {
  readonly module: ModuleName;
  /** The change that would be undone. When it is not the last one any more, there is something else to be asked about. */
  readonly change: string;
  /** Absent: it was taken away, and comes back. */
  readonly from?: { readonly version: string; readonly sha256: Sha256 };
  /** Absent: the module was not there before, and goes. */
  readonly to?: { readonly version: string; readonly sha256: Sha256 };
  /** When the module's data was kept last before the change; it comes back with it. Absent: too long ago, it stays as it is. */
  readonly snapshotAt?: Date;
  /** Files that were written or removed since, and are set back. They are kept in turn. */
  readonly filesSetBack: number;
  /** Calls that run now end on the version they began with. */
  readonly running: number;
  /** What stays done outside: effects since the change, in words. */
  readonly cannotUndo: readonly string[];
}

/** Why a version is taken back. */
export type UndoReason = "undo" | "health";

/** What taking a module away would do, before anybody says yes. */
export interface UninstallPlan {
  readonly module: ModuleName;
  readonly version: string;
  readonly sha256: Sha256;
  /** What people keep with it: deleted, and kept for an undo until then. */
  readonly data: { readonly files: number; readonly people: number; readonly keptUntil: Date };
  /** Credentials that only this module needs: deleted at once, and not brought back by an undo. */
  readonly credentials: readonly string[];
  readonly running: number;
}

/**
 * Puts approved bytes in place and takes them away. A version is never changed; which one is live is one pointer,
 * moved in one transaction together with its snapshot and its audit entry.
 */
export interface Installer {
  /** Keeps exact bytes, whether or not they will ever be approved. The same bytes twice are one. */
  stage(org: OrgId, candidate: Candidate): Promise<StagedBundle>;
  /** @throws NexusError bundle_changed when what is kept is no longer what it was named for */
  staged(org: OrgId, sha256: Sha256): Promise<StagedBundle | undefined>;
  /**
   * What installing would do now.
   * @throws NexusError bundle_changed | bundle_revoked | dependency_missing | module_unknown
   */
  plan(org: OrgId, sha256: Sha256): Promise<InstallPlan>;
  install(plan: InstallPlan, by: InstalledBy): Change;
  versions(org: OrgId, module: ModuleName): Promise<readonly ModuleVersion[]>;
  /**
   * What taking back the last change of a module would do; going back is a change too, so that undone twice it is as
   * before.
   * @param to a version that was live before, to go back to it over all that came since
   * @throws NexusError nothing_to_undo | bundle_revoked | bundle_changed | dependency_needed | module_pinned
   */
  undoPlan(org: OrgId, module: ModuleName, to?: Sha256): Promise<UndoPlan>;
  /** @throws NexusError conflict when something else was changed since the plan, and what `undoPlan` throws */
  undo(org: OrgId, plan: UndoPlan, reason: UndoReason, by: PersonId | undefined): Promise<Change>;
  /** @throws NexusError dependency_needed | module_unknown */
  uninstallPlan(org: OrgId, module: ModuleName): Promise<UninstallPlan>;
  /** Takes a module away with its data and secrets; what depends on it is named first. @throws as `uninstallPlan` */
  uninstall(org: OrgId, module: ModuleName, by: PersonId): Promise<Change>;
  /** Keeps a module at its version: updates are refused until it is let go. @throws NexusError module_unknown */
  pin(org: OrgId, module: ModuleName, isPinned: boolean, by?: PersonId): Promise<Change>;
  /** These exact bytes never run again; where they are live, they are undone. */
  revoke(org: OrgId, sha256: Sha256, why: string, by?: PersonId): Promise<Change>;
  /** Credentials kept here that no module of the org declares. */
  orphans(org: OrgId): Promise<readonly string[]>;
}

import type { BundleEntries } from "#core/contract/bundle.ts";
import type { ChannelKey, OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { Finding } from "#core/contract/validation.ts";
import type { Audit } from "#core/audit/audit.ts";
import type { ApiMaterial } from "#core/evolution/api/api-material.ts";
import type { Installer } from "#core/evolution/installer/installer.ts";
import type { ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import type { ModelWriter } from "#core/evolution/repair/model-writer.ts";
import type { Prover } from "#core/evolution/repair/prove.ts";
import type { WriteWish, WrittenModule } from "#core/evolution/writer/written-module.ts";
import type { Store } from "#core/store/store.ts";
import type { BuildSource } from "#core/contract/build-source.ts";

/** What there is to read an API from: an address, a document, or one request. */
export type ReadableSource = Extract<BuildSource, { kind: "url" | "document" | "exchange" }>;

/** What modules are built with. */
export interface BuildsDeps {
  readonly store: Store;
  readonly audit: Pick<Audit, "recordIn">;
  /**
   * Reads what an API is described with, through the egress broker where it is somewhere else.
   * @throws NexusError document_unreadable | upstream_unavailable | egress_denied | file_too_large
   */
  readonly read: (source: ReadableSource, signal: AbortSignal) => Promise<ApiMaterial>;
  /** Describes an API and writes a module for it, apart from everything else: a document can be made to be slow. */
  readonly write: (
    job: { readonly material: ApiMaterial; readonly wish: WriteWish },
    signal: AbortSignal,
  ) => Promise<WrittenModule>;
  readonly prover: Prover;
  readonly modelWriter: ModelWriter;
  readonly sandbox: Pick<Sandbox, "validate" | "compile">;
  readonly installer: Pick<Installer, "stage">;
  /** The module indexes that are set up; left out, there are none. */
  readonly indexes?: Pick<ModuleIndexes, "fetch">;
  /** Reads a packed module, believing nothing of it. */
  readonly readPack: (
    bytes: Uint8Array,
  ) => Promise<{ readonly entries: BundleEntries; readonly findings: readonly Finding[] }>;
  /** The modules an org has, by name and version. */
  readonly installed: (org: OrgId) => readonly { readonly name: string; readonly version: string }[];
  /** Whether what is said in a channel must not leave the building. */
  readonly staysInside: (org: OrgId, channel: ChannelKey) => Promise<boolean>;
  /** Hands an inbound of ours to delivery. */
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
  /** What one try may spend on models; run units. */
  readonly units: number;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
}

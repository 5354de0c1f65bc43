import type { ErrorCode } from "./errors.ts";
import type { CapabilityName, ChannelKey, ModuleName, OrgId, PersonId, Sha256, TurnId } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Manifest } from "./manifest.ts";
import type { Attachment } from "./message.ts";
import type { ModuleOutput } from "./module.ts";
import type { QuotaNote } from "./quota.ts";
import type { ModulePart } from "./reply.ts";
import type { EgressRecord } from "./sandbox.ts";

/** Changes to a module's files for one person, and the files they rest on, as they were when the run read them. */
export interface FileChanges {
  readonly changes: readonly { readonly path: string; readonly text: string | undefined }[];
  readonly seen: ReadonlyMap<string, string | undefined>;
}

export interface Invocation {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly turn: TurnId;
  /** Where it was asked; absent for what runs by itself. */
  readonly channel?: ChannelKey;
  readonly module: ModuleName;
  readonly capability: CapabilityName;
  readonly input: JsonObject;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  /**
   * A credential's value that is being tried out before it is kept: used in place of the stored one, and nothing is
   * answered from, or kept in, the cache.
   */
  readonly trial?: { readonly credential: ModuleName; readonly value: string };
  /** Awaited before the first request that may change something outside; when it rejects, nothing is sent. */
  readonly beforeEffect?: () => Promise<void>;
  /** What earlier runs of the same turn want changed: this run sees it, and its own result includes it. */
  readonly earlier?: FileChanges;
  /** Files that came with the message, shown to the module under `input/<name>`. */
  readonly files: readonly {
    readonly attachment: Attachment;
    readonly read: (maxBytes: number) => Promise<Uint8Array>;
  }[];
}

export type Choices = NonNullable<Extract<ModuleOutput, { parts?: unknown }>["choices"]>;

/** What is true of every run, whatever became of it: for the receipt, for **Why**, for metering. */
export interface RunFacts {
  readonly module: ModuleName;
  readonly title: string;
  readonly version: string;
  readonly sha256: Sha256;
  readonly capability: CapabilityName;
  readonly dataClass: Manifest["dataClass"];
  readonly startedAt: Date;
  readonly ms: number;
  readonly cpuMs: number;
  readonly cached: boolean;
  readonly egress: readonly EgressRecord[];
  /** `cpu s × 1.0 + 0.1 per external call`, rounded to 0.001. */
  readonly runUnits: number;
  /** How the limit stands that most of is used, when one concerns this run. */
  readonly quota?: QuotaNote;
  /** What it cost, in millionths of a US dollar; absent for what costs no money, and where nobody knows the price. */
  readonly costMicroUsd?: number;
  /** The frozen clock and the seed: with the input they replay the run. */
  readonly clock: Date;
  readonly seed: string;
}

/** The one envelope of a module run: what orchestrator, doors, metering and dashboard read. */
export type AdapterRunResult =
  | {
      readonly ok: true;
      readonly summary: string;
      readonly data: Json | undefined;
      /** What others may read of private data, where the module says that. */
      readonly shared?: string;
      readonly parts: readonly ModulePart[];
      readonly asOf: Date;
      readonly sample: boolean;
      readonly remember: Readonly<Record<string, Json>>;
      readonly choices: Choices | undefined;
      /** What the run wants changed in the module's files. It is for the caller to apply, with the turn's commit. */
      readonly files: FileChanges;
      readonly next: readonly string[];
      /** Set when a broken source was answered from the last known value. */
      readonly stale: boolean;
      readonly facts: RunFacts;
    }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly retryable: boolean;
      readonly say: string;
      readonly hint: string;
      readonly retryAfterS: number | undefined;
      readonly slot: string | undefined;
      /** The credential that is missing or refused, when that is the cause. */
      readonly credential: string | undefined;
      /** Since when its source has not answered, when it is left alone because of that. */
      readonly downSince: Date | undefined;
      readonly facts: RunFacts;
    };

import type { ChannelKey, OrgId } from "#core/contract/ids.ts";
import type { MessageRef } from "#core/contract/message.ts";
import type { Gateway, Models, ModelName, ModelTier } from "#core/contract/model.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Builds } from "#core/evolution/builds/builds.ts";
import type { ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import type { Store } from "#core/store/store.ts";
import type { OwnModule } from "./serves.ts";

/** What holds for models where something was said. */
export interface ModelsWhere {
  readonly staysInside: boolean;
  /** Whether anything may be spent there that nobody asked for. */
  readonly spending: boolean;
  /** The smallest tier that may draft; undefined when none may. */
  readonly tier: ModelTier | undefined;
  /** The models set for plans, in place of the tier's. */
  readonly models?: readonly ModelName[];
}

/** What the curriculum stands on. */
export interface CurriculumDeps {
  readonly store: Store;
  readonly settings: {
    /** Proposals in a week at most, in each org. */
    readonly perWeek: number;
    /** A folder of API documents. */
    readonly apis?: string | undefined;
  };
  /** IANA zone of the office: whose days are counted. */
  readonly timeZone: string;
  /** The modules of an org, those that are switched off among them. */
  readonly modules: (org: OrgId) => Promise<readonly OwnModule[]>;
  /** Where a message can be opened, when everybody of its tenant may read there; undefined otherwise. */
  readonly permalink: (message: MessageRef, signal: AbortSignal) => Promise<string | undefined>;
  /** What is being built, and what became of it. */
  readonly builds?: Pick<Builds, "list">;
  readonly indexes?: Pick<ModuleIndexes, "search">;
  /** Left out, nothing is drafted, and nearness is that of words. */
  readonly drafting?: {
    readonly gateway: Pick<Gateway, "ask" | "embed">;
    readonly models: Pick<Models, "all" | "embedder">;
    readonly where: (org: OrgId, channel: ChannelKey) => Promise<ModelsWhere>;
  };
  readonly randomBytes: (size: number) => Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
}

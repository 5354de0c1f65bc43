import type { DoorMemory } from "#core/contract/door.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { DoorState } from "./door-state.ts";
import type { TakeIn } from "./intake.ts";
import type { Installations } from "./installations.ts";

/** The way payloads come in. */
export interface SlackLink {
  readonly installations: Installations;
  /** The bot's own user, where there is one workspace only. */
  ownUserId(): string | undefined;
  /** The workspaces that have installed NEXUS, as far as it knows now. */
  teamIds(): Promise<readonly string[]>;
  /** Resolves when payloads arrive, or when it is clear that they cannot; the state tells which. Never rejects. */
  start(takeIn: TakeIn): Promise<void>;
  /**
   * The workspace, or its organisation, has thrown NEXUS out: what is held of it is erased.
   * @returns the workspaces that this concerns
   */
  forget(tenantId: string, enterpriseId: string | undefined): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface LinkDeps {
  readonly apiUrl: string;
  readonly memory: DoorMemory;
  readonly state: DoorState;
  readonly clock: Clock;
  readonly log: Log;
}

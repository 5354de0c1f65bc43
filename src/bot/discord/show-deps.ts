import type { ChartRenderer } from "#bot/chart-png.ts";
import type { DoorMemory } from "#core/contract/door.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { DiscordApi } from "./api.ts";
import type { Acknowledgements } from "./open-interaction.ts";
import type { Problems } from "./problems.ts";
import type { OwnThreads } from "./threads.ts";
import type { LiveTurns } from "./turns.ts";
import type { Typing } from "./typing.ts";

/** What it takes to show something on Discord. */
export interface ShowDeps {
  readonly api: DiscordApi;
  readonly memory: DoorMemory;
  readonly renderer: ChartRenderer;
  readonly turns: LiveTurns;
  readonly acks: Acknowledgements;
  readonly threads: OwnThreads;
  readonly typing: Typing;
  readonly problems: Problems;
  readonly clock: Clock;
  readonly log: Log;
}

import type { DoorCore, DoorMemory, FrontEnd, Joining, StatusLine } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Platform } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { ChartRenderer } from "./chart-png.ts";
import {
  ENTERED,
  knownDiscordToken,
  knownSlackConnection,
  type PlatformSettings,
  writeSlackTokens,
} from "./platform-tokens.ts";
import { createDiscordJoining } from "./discord/joining.ts";
import type { SlackConnection } from "./slack/door.ts";
import { createSlackJoining } from "./slack/joining.ts";

export interface PlatformDoorsDeps {
  readonly settings: PlatformSettings;
  readonly memoryOf: (platform: Platform) => DoorMemory;
  readonly renderer: ChartRenderer;
  /** Called when a door has opened: what waited for it can go. */
  readonly onOpen: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

type ConnectedPlatform = "slack" | "discord";
type Door = FrontEnd & { state(): StatusLine };

/** The doors to Slack and Discord: those whose tokens are known, and those that are joined while NEXUS runs. */
export interface PlatformDoors extends AsyncDisposable {
  /** The doors that are open or being opened now. */
  doors(): readonly FrontEnd[];
  status(): StatusLine[];
  readonly joinings: readonly Joining[];
  /** Begins to open what is configured, or was joined before. It waits for no platform: one that is down holds nobody up. */
  start(core: DoorCore): void;
  /** Closes the door and forgets the tokens that were entered; false when none were. */
  leave(platform: Platform): Promise<boolean>;
}

/** Makes the doors. Nothing connects before `start`. */
export function createPlatformDoors(deps: PlatformDoorsDeps): PlatformDoors {
  const { settings, log } = deps;
  const open = new Map<ConnectedPlatform, Door>();
  const opening = new Set<Promise<void>>();
  const awaited = new Set<ConnectedPlatform>();
  let core: DoorCore | undefined;
  let isClosed = false;

  async function replace(platform: ConnectedPlatform, door: Door): Promise<void> {
    if (isClosed) return door[Symbol.asyncDispose]();
    const before = open.get(platform);
    open.set(platform, door);
    await before?.[Symbol.asyncDispose]();
    if (core === undefined) return;
    await door.start(core);
    deps.onOpen();
  }

  // The vendors' libraries take a quarter of a second and 25 MB: only who uses them pays for them.
  async function slackDoor(connection: SlackConnection): Promise<Door> {
    const { clock, renderer } = deps;
    const { createSlackDoor } = await import("./slack/door.ts");
    return createSlackDoor({
      connection,
      apiUrl: settings.slack.apiUrl,
      memory: deps.memoryOf("slack"),
      renderer,
      clock,
      log,
    });
  }

  async function discordDoor(token: string): Promise<Door> {
    const { clock, renderer } = deps;
    const { createDiscordDoor } = await import("./discord/door.ts");
    const { apiUrl, messageContent } = settings.discord;
    return createDiscordDoor({
      token,
      apiUrl,
      messageContent,
      memory: deps.memoryOf("discord"),
      renderer,
      clock,
      log,
    });
  }

  async function openKnown(platform: ConnectedPlatform): Promise<void> {
    const entered = await deps.memoryOf(platform).getSecret(ENTERED);
    const opened = platform === "slack" ? knownSlack(entered) : knownDiscord(entered);
    if (opened === undefined) return;
    awaited.add(platform);
    await replace(platform, await opened);
  }

  function knownSlack(entered: string | undefined): Promise<Door> | undefined {
    const connection = knownSlackConnection(settings.slack, entered);
    return connection && slackDoor(connection);
  }

  function knownDiscord(entered: string | undefined): Promise<Door> | undefined {
    const token = knownDiscordToken(settings.discord, entered);
    return token === undefined ? undefined : discordDoor(token);
  }

  function stateOf(platform: ConnectedPlatform, name: string, key: string): StatusLine {
    const off = { state: "off", name, detail: `say \`connect ${platform}\`, or press ${key}` } as const;
    const connecting = { state: "basic", name, detail: "connecting" } as const;
    return open.get(platform)?.state() ?? (awaited.has(platform) ? connecting : off);
  }

  const joinings: readonly Joining[] = [
    createSlackJoining({
      apiUrl: settings.slack.apiUrl,
      async open({ botToken, appToken }) {
        await deps.memoryOf("slack").setSecret(ENTERED, writeSlackTokens({ botToken, appToken }));
        await replace("slack", await slackDoor({ mode: "socket", botToken, appToken }));
      },
    }),
    createDiscordJoining({
      apiUrl: settings.discord.apiUrl,
      async open(token) {
        await deps.memoryOf("discord").setSecret(ENTERED, token);
        await replace("discord", await discordDoor(token));
      },
    }),
  ];

  return {
    doors: () => [...open.values()],
    status: () => [stateOf("slack", "Slack", "s"), stateOf("discord", "Discord", "d")],
    joinings,
    start(doorCore) {
      core = doorCore;
      for (const platform of ["slack", "discord"] as const) {
        const begun = openKnown(platform)
          .catch((thrown: unknown) => log.error({ err: asNexusError(thrown), platform }, "a door could not be opened"))
          .finally(() => opening.delete(begun));
        opening.add(begun);
      }
    },
    async leave(platform) {
      if (platform !== "slack" && platform !== "discord") return false;
      const memory = deps.memoryOf(platform);
      if ((await memory.getSecret(ENTERED)) === undefined) return false;
      await memory.delete(ENTERED);
      const door = open.get(platform);
      open.delete(platform);
      awaited.delete(platform);
      await door?.[Symbol.asyncDispose]();
      return true;
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await Promise.all([...open.values()].map((door) => door[Symbol.asyncDispose]()));
      await Promise.all(opening);
    },
  };
}

import { z } from "zod";
import type { DoorCore, DoorMemory } from "#core/contract/door.ts";
import type { Log } from "#core/contract/ports.ts";
import type { DiscordApi } from "./api.ts";
import type { CatchUp } from "./catch-up.ts";
import { forgetCommands, registerCommands } from "./commands.ts";
import type { Session } from "./gateway.ts";
import type { Seen } from "./seen.ts";

export interface GuildsDeps {
  readonly core: DoorCore;
  readonly api: DiscordApi;
  readonly memory: DoorMemory;
  readonly catchUp: CatchUp;
  readonly seen: Seen;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The servers NEXUS is in: each has the command at once, and is read up to now when a session begins. */
export interface Guilds {
  begin(session: Session): void;
  joined(payload: unknown): void;
  /** NEXUS was taken out of a server, unless that is only out of reach. */
  gone(payload: unknown): void;
  /** Known from the first event of a session on. */
  ids(): string[];
  idle(): Promise<void>;
}

/** Makes them. */
export function createGuilds({ core, api, memory, catchUp, seen, log, signal }: GuildsDeps): Guilds {
  const running = new Set<Promise<void>>();
  let applicationId = "";
  /** Of this session, each read up to now when its event comes, once; until then the mark stays where it is. */
  let unread = new Map<string, Disposable>();
  let present = new Set<string>();
  let mark: Promise<string | undefined> = Promise.resolve(undefined);

  const run = (what: string, work: () => Promise<void>) => {
    const done = work()
      .catch((err: unknown) => {
        if (!signal.aborted) log.error({ err }, what);
      })
      .finally(() => running.delete(done));
    running.add(done);
  };

  return {
    begin(session) {
      ({ applicationId } = session);
      const former = unread;
      mark = seen.mark();
      unread = new Map(session.guildIds.map((id) => [id, seen.hold()]));
      for (const held of former.values()) held[Symbol.dispose]();
      present = new Set(session.guildIds);
      run("commands for direct messages could not be registered", async () => {
        await registerCommands(api, memory, { applicationId }, signal);
      });
      catchUp.direct(mark);
    },
    joined(payload) {
      const guild = Guild.safeParse(payload).data;
      if (guild === undefined || guild.unavailable === true) return;
      run("commands could not be registered", async () => {
        await registerCommands(api, memory, { applicationId, guildId: guild.id }, signal);
      });
      present.add(guild.id);
      const held = unread.get(guild.id);
      if (held === undefined) return;
      unread.delete(guild.id);
      catchUp.guild(payload, mark);
      held[Symbol.dispose]();
    },
    gone(payload) {
      const guild = Guild.safeParse(payload).data;
      if (guild === undefined || guild.unavailable === true) return;
      present.delete(guild.id);
      unread.get(guild.id)?.[Symbol.dispose]();
      unread.delete(guild.id);
      run("a server that NEXUS was taken out of could not be left", async () => {
        await forgetCommands(memory, { applicationId, guildId: guild.id });
        await core.left("discord", guild.id);
      });
    },
    ids: () => [...present],
    async idle() {
      await Promise.all(running);
    },
  };
}

/** https://docs.discord.com/developers/resources/guild#unavailable-guild-object */
const Guild = z.object({ id: z.string(), unavailable: z.boolean().optional() });

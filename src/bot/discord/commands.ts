import { createHash } from "node:crypto";
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  InteractionContextType,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from "discord-api-types/v10";
import type { DoorMemory } from "#core/contract/door.ts";

/** Where commands are registered: in one guild, at once, or for direct messages, which Discord takes its time over. */
export interface CommandScope {
  readonly applicationId: string;
  /** Absent for direct messages. */
  readonly guildId?: string;
}

/** The one call that registering needs. */
export interface CommandApi {
  put(route: `/${string}`, body: unknown, signal: AbortSignal): Promise<unknown>;
}

/**
 * Registers the commands of a scope, unless they are there already: Discord counts every registration.
 * @returns whether Discord was asked
 */
export async function registerCommands(
  api: CommandApi,
  memory: DoorMemory,
  scope: CommandScope,
  signal: AbortSignal,
): Promise<boolean> {
  const { applicationId, guildId } = scope;
  const body = guildId === undefined ? directCommands() : guildCommands();
  const hash = createHash("sha256").update(JSON.stringify(body)).digest("base64url");
  const key = `commands:${applicationId}:${guildId ?? "direct"}`;
  if ((await memory.get(key)) === hash) return false;
  const route =
    guildId === undefined
      ? Routes.applicationCommands(applicationId)
      : Routes.applicationGuildCommands(applicationId, guildId);
  await api.put(route, body, signal);
  await memory.set(key, hash);
  return true;
}

/** Forgets that a guild has the commands: out of a guild, they are gone from it. */
export async function forgetCommands(memory: DoorMemory, scope: CommandScope): Promise<void> {
  await memory.delete(`commands:${scope.applicationId}:${scope.guildId ?? "direct"}`);
}

/** The commands of one guild. Who may do what is decided by role at the time, so Discord hides none from anyone. */
export function guildCommands(): RESTPutAPIApplicationCommandsJSONBody {
  return [
    {
      type: ApplicationCommandType.ChatInput,
      name: "nexus",
      description: "Ask NEXUS, or see what waits for you",
      options: SUBCOMMANDS,
    },
    { type: ApplicationCommandType.Message, name: "Ask NEXUS" },
  ];
}

/** The same commands for direct messages alone: where a guild has its own, a global one would stand there twice. */
export function directCommands(): RESTPutAPIApplicationCommandsJSONBody {
  return guildCommands().map((command) => ({
    ...command,
    contexts: [InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  }));
}

const MODULE = option("module", "Name of the module", { autocomplete: true });
const SOURCE = option("source", "Name of the source, as in: weather", { autocomplete: true });
const CODE = option("code", "The code on the card, as in: 7F3K", { max_length: 20 });

const SUBCOMMANDS: APIApplicationCommandSubcommandOption[] = [
  subcommand("ask", "Ask anything, in your own words", [
    option("text", "As in: what's the weather in Toronto", { autocomplete: true }),
  ]),
  subcommand("help", "What you can do here"),
  subcommand("status", "What works and what does not"),
  subcommand("why", "Where the last answer came from"),
  subcommand("modules", "What is installed"),
  subcommand("enable", "Ask for a module to be switched on", [MODULE]),
  subcommand("disable", "Ask for a module to be switched off", [MODULE]),
  subcommand("connect", "Connect a source with its key or account", [SOURCE]),
  subcommand("disconnect", "Forget the key or account of a source", [SOURCE]),
  subcommand("approvals", "What waits for a decision"),
  subcommand("details", "Exactly what would be approved", [CODE]),
  subcommand("approve", "Approve what a card asks for", [CODE]),
  subcommand("reject", "Reject what a card asks for", [
    CODE,
    option("reason", "Why; the one who asked will read it", { required: false, max_length: 500 }),
  ]),
  subcommand("digest", "Set up a briefing that comes by the clock", [
    option("words", "As in: every weekday at 8:30 post the weather here; empty for a form", {
      required: false,
      max_length: 300,
    }),
  ]),
  subcommand("schedules", "What comes by the clock here"),
  subcommand("link", "Join this account to the one that made a code", [
    option("code", "The code, as in: 7F3K-92QD", { max_length: 20 }),
  ]),
  subcommand("whoami", "Your role here and your linked accounts"),
];

function subcommand(
  name: string,
  description: string,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, name, description, options };
}

function option(
  name: string,
  description: string,
  {
    required = true,
    autocomplete = false,
    max_length,
  }: { required?: boolean; autocomplete?: boolean; max_length?: number },
): APIApplicationCommandBasicOption {
  const base = { type: ApplicationCommandOptionType.String, name, description, required } as const;
  return autocomplete ? { ...base, autocomplete } : { ...base, ...(max_length !== undefined && { max_length }) };
}

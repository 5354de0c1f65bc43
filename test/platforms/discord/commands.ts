import { z } from "zod";
import { refuse, refuseForm, reply, type Answer, type FormError } from "./answer.ts";
import type { Handlers } from "./rest.ts";
import type { Wire, World } from "./world.ts";

export interface Option {
  readonly [key: string]: unknown;
  readonly type: number;
  readonly name: string;
  readonly description?: string | undefined;
  readonly required?: boolean | null | undefined;
  readonly autocomplete?: boolean | null | undefined;
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[] | null | undefined;
  readonly options?: readonly Option[] | null | undefined;
  readonly min_length?: number | null | undefined;
  readonly max_length?: number | null | undefined;
}

const Option: z.ZodType<Option> = z.looseObject({
  type: z.int(),
  name: z.string(),
  description: z.string().optional(),
  required: z.boolean().nullish(),
  autocomplete: z.boolean().nullish(),
  choices: z.array(z.looseObject({ name: z.string(), value: z.union([z.string(), z.number()]) })).nullish(),
  min_length: z.int().nullish(),
  max_length: z.int().nullish(),
  get options() {
    return z.array(Option).nullish();
  },
});
const Command = z.looseObject({
  name: z.string(),
  type: z.int().nullish(),
  description: z.string().nullish(),
  options: z.array(Option).nullish(),
  contexts: z.array(z.int()).nullish(),
  dm_permission: z.boolean().nullish(),
});
type CommandBody = z.infer<typeof Command>;

export interface RegisteredCommand extends CommandBody {
  readonly id: string;
  /** 1 slash, 2 user, 3 message. */
  readonly type: number;
  /** Undefined: everywhere. */
  readonly guildId: string | undefined;
}

/** What the bot has registered. `scope` is a guild's id, or `global`. */
export interface Commands {
  list(scope: string): readonly RegisteredCommand[];
  /** How often a list was put, all scopes together. */
  readonly registrations: number;
  /** The command that a person sees by that name in a guild (undefined: in a direct message). */
  find(name: string | undefined, type: number, guildId: string | undefined): RegisteredCommand | undefined;
  readonly routes: Pick<Handlers, keyof Handlers & `${string} /applications/{application_id}/${string}`>;
}

/** 100 slash, 15 user and 15 message commands in a scope. Source: https://discord.com/developers/docs/interactions/application-commands#registering-a-command */
const MOST: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 };
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const SUBCOMMAND = 1;
const GROUP = 2;
const BOT_DM = 1;

export function createCommands(world: World): Commands {
  const scopes = new Map<string, RegisteredCommand[]>();
  let registrations = 0;

  function put(scope: string, application: string, given: unknown): Answer {
    if (application !== world.applicationId) return refuse(403, 20012, "You are not authorized to perform this action");
    if (scope !== "global" && world.guilds.get(scope)?.botPresent !== true) return refuse(403, 50001, "Missing Access");
    const list = z.array(Command).parse(given ?? []);
    const faults = listFaults(list);
    if (faults.length > 0) return refuseForm(faults);
    const before = scopes.get(scope) ?? [];
    registrations += 1;
    const registered = list.map((command) => {
      const type = command.type ?? 1;
      const known = before.find((each) => each.name === command.name && each.type === type);
      return { ...command, type, id: known?.id ?? world.snowflake(), guildId: scope === "global" ? undefined : scope };
    });
    scopes.set(scope, registered);
    return reply(registered.map((each) => commandWire(world, each)));
  }
  const get = (scope: string): Answer => reply((scopes.get(scope) ?? []).map((each) => commandWire(world, each)));

  return {
    list: (scope) => scopes.get(scope) ?? [],
    get registrations() {
      return registrations;
    },
    find(name, type, guildId) {
      const here = guildId === undefined ? [] : (scopes.get(guildId) ?? []);
      const everywhere = (scopes.get("global") ?? []).filter(
        ({ contexts, dm_permission }) =>
          guildId !== undefined || (contexts?.includes(BOT_DM) ?? dm_permission !== false),
      );
      return [...here, ...everywhere].find((each) => each.type === type && (name === undefined || each.name === name));
    },
    routes: {
      "GET /applications/{application_id}/commands": () => get("global"),
      "PUT /applications/{application_id}/commands": ({ parameters, body }) =>
        put("global", parameters["application_id"] ?? "", body),
      "GET /applications/{application_id}/guilds/{guild_id}/commands": ({ parameters }) =>
        get(parameters["guild_id"] ?? ""),
      "PUT /applications/{application_id}/guilds/{guild_id}/commands": ({ parameters, body }) =>
        put(parameters["guild_id"] ?? "", parameters["application_id"] ?? "", body),
    },
  };
}

function commandWire(world: World, { guildId, ...command }: RegisteredCommand): Wire {
  return {
    ...command,
    application_id: world.applicationId,
    version: command.id,
    description: command.description ?? "",
    default_member_permissions: command["default_member_permissions"] ?? null,
    nsfw: false,
    ...(guildId === undefined ? {} : { guild_id: guildId }),
  };
}

/** Source: https://discord.com/developers/docs/interactions/application-commands#application-command-object */
function listFaults(list: readonly CommandBody[]): FormError[] {
  const faults: FormError[] = [];
  const seen = new Map<string, number>();
  for (const [index, command] of list.entries()) {
    const type = command.type ?? 1;
    const key = `${type} ${command.name}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if ((seen.get(key) ?? 0) > 1) {
      faults.push({
        path: `${index}.name`,
        code: "APPLICATION_COMMANDS_DUPLICATE_NAME",
        message: "Names must be unique",
      });
    }
    if (type === 1) {
      faults.push(...nameFaults(command, `${index}`));
      if ((command.description ?? "") === "") {
        faults.push({ path: `${index}.description`, code: "BASE_TYPE_REQUIRED", message: "This field is required" });
      }
      faults.push(...optionFaults(command.options ?? [], `${index}.options`, 0));
    } else if ((command.description ?? "") !== "" || (command.options ?? []).length > 0) {
      const message = "Context menu commands have neither description nor options";
      faults.push({ path: `${index}`, code: "APPLICATION_COMMAND_CONTEXT_MENU", message });
    }
    if (weight(command) > 8000) {
      const message = "Command exceeds maximum size (8000)";
      faults.push({ path: `${index}`, code: "APPLICATION_COMMAND_TOO_LARGE", message });
    }
  }
  for (const [type, most] of Object.entries(MOST)) {
    if (list.filter((command) => (command.type ?? 1) === Number(type)).length > most) {
      faults.push({ path: "", code: "APPLICATION_COMMANDS_MAX", message: `At most ${most} of type ${type}` });
    }
  }
  return faults;
}

function optionFaults(options: readonly Option[], path: string, depth: number): FormError[] {
  const faults: FormError[] = [];
  const names = options.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    faults.push({ path, code: "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message: "Option names must be unique" });
  }
  const nested = options.filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  if (nested.length > 0 && nested.length < options.length) {
    const message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
    faults.push({ path, code: "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message });
  }
  const firstOptional = options.findIndex(({ required }) => required !== true);
  if (
    nested.length === 0 &&
    firstOptional !== -1 &&
    options.slice(firstOptional).some(({ required }) => required === true)
  ) {
    const message = "Required options must be placed before non-required options";
    faults.push({ path, code: "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message });
  }
  for (const [index, option] of options.entries()) {
    const at = `${path}.${index}`;
    faults.push(...nameFaults(option, at));
    if ((option.description ?? "") === "") {
      faults.push({ path: `${at}.description`, code: "BASE_TYPE_REQUIRED", message: "This field is required" });
    }
    if (option.autocomplete === true && (option.choices ?? []).length > 0) {
      const message = "An option has choices or autocomplete, not both";
      faults.push({ path: at, code: "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message });
    }
    const isNested = option.type === SUBCOMMAND || option.type === GROUP;
    if (option.type === GROUP ? depth > 0 : option.type === SUBCOMMAND && depth > 1) {
      const message = "Groups do not nest";
      faults.push({ path: at, code: "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message });
    }
    if (!isNested && (option.options ?? []).length > 0) {
      const message = "Only sub-commands have options";
      faults.push({ path: at, code: "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message });
    }
    if (isNested) {
      const deeper = option.type === GROUP ? 1 : 2;
      faults.push(...optionFaults(option.options ?? [], `${at}.options`, deeper));
    }
  }
  return faults;
}

function nameFaults({ name }: { readonly name: string }, path: string): FormError[] {
  if (NAME.test(name) && name === name.toLowerCase()) return [];
  return [{ path: `${path}.name`, code: "APPLICATION_COMMAND_INVALID_NAME", message: "Command name is invalid" }];
}

/** “8000 characters for combined name, description, and value properties”. */
function weight(value: { readonly [key: string]: unknown }): number {
  const parsed = Option.safeParse({ type: 1, ...value }).data;
  if (parsed === undefined) return 0;
  const choices = (parsed.choices ?? []).reduce((sum, each) => sum + each.name.length + String(each.value).length, 0);
  const inner = (parsed.options ?? []).reduce((sum, each) => sum + weight(each), 0);
  return parsed.name.length + (parsed.description ?? "").length + choices + inner;
}

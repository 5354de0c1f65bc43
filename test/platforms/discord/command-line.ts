import type { Option, RegisteredCommand } from "./commands.ts";
import type { FileGiven, Uploads } from "./uploads.ts";
import type { Wire } from "./world.ts";

/** Sub-command names, then the options by name: `["ask", { text: "…" }]`. */
export type CommandOptions = readonly (string | Readonly<Record<string, string | number | boolean | FileGiven>>)[];

/** A command line as Discord's client sends it, for a person who typed only what it lets them. */
export function commandLine(
  command: RegisteredCommand,
  given: CommandOptions,
  uploads: Uploads,
  isTyping: boolean,
): Wire {
  const attachments: Record<string, Wire> = {};
  const path = given.flatMap((each) => (typeof each === "string" ? [each] : []));
  const [values = {}] = given.flatMap((each) => (typeof each === "string" ? [] : [each]));
  const leaf = path.reduce<readonly Option[]>((options, name) => {
    const found = options.find((each) => each.name === name && each.type <= 2);
    if (found === undefined) throw new Error(`/${command.name} has no sub-command ${name}`);
    return found.options ?? [];
  }, command.options ?? []);
  if (leaf.some(({ type }) => type <= 2)) throw new Error(`/${command.name} ${path.join(" ")} needs a sub-command`);
  const entries = Object.entries(values);
  const filled = entries.map(([name, value], index) => {
    const option = leaf.find((each) => each.name === name);
    if (option === undefined) throw new Error(`/${command.name} ${path.join(" ")} has no option ${name}`);
    const focused = isTyping && index === entries.length - 1;
    if (focused && option.autocomplete !== true) throw new Error(`${name} has no autocomplete`);
    const problem = focused ? undefined : valueProblem(option, value);
    if (problem !== undefined) throw new Error(`${name}: ${problem}`);
    const sent = typeof value === "object" ? uploads.resolve(value, attachments) : value;
    return { name, type: option.type, value: sent, ...(focused ? { focused: true } : {}) };
  });
  const absent = leaf.find(({ name, required }) => required === true && !(name in values));
  if (absent !== undefined && !isTyping) throw new Error(`/${command.name} needs ${absent.name}`);
  const depth = path.length;
  const nested = path.reduceRight<readonly unknown[]>(
    (inner, name, index) => [{ name, type: depth - index === 2 ? 2 : 1, options: inner }],
    filled,
  );
  return {
    id: command.id,
    name: command.name,
    type: 1,
    options: nested,
    ...(command.guildId === undefined ? {} : { guild_id: command.guildId }),
    ...(Object.keys(attachments).length === 0 ? {} : { resolved: { attachments } }),
  };
}

/** What Discord's client does not let a person send. */
function valueProblem(option: Option, value: string | number | boolean | FileGiven): string | undefined {
  const kinds: Readonly<Record<number, string>> = {
    3: "string",
    4: "number",
    5: "boolean",
    10: "number",
    11: "object",
  };
  const kind = kinds[option.type];
  if (kind === undefined) return `an option of type ${option.type} cannot be given here`;
  if (typeof value !== kind) return `must be a ${kind}`;
  if (typeof value !== "string") return undefined;
  if (value.length > (option.max_length ?? 6000)) return "is too long";
  if (value.length < (option.min_length ?? 0)) return "is too short";
  const choices = option.choices ?? [];
  return choices.length > 0 && !choices.some((each) => each.value === value) ? "is none of the choices" : undefined;
}

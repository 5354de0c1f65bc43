import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** A command in the words core understands: the first one, and what follows it. */
export interface CommandWords {
  readonly name: string;
  readonly rest: string;
}

/**
 * What a command of ours says, as if it had been typed; undefined for what says nothing, such as a message without
 * text.
 * @param data the interaction's `data`, as Discord sent it
 */
export function commandText(data: unknown): CommandWords | undefined {
  const read = CommandData.safeParse(data).data;
  if (read === undefined) return undefined;
  const [subcommand] = read.options ?? [];
  if (subcommand !== undefined) return toWords(subcommandText(subcommand));
  return toWords(read.resolved?.messages?.[read.target_id ?? ""]?.content ?? "");
}

/** What to complete when `typed` stands in an option of `subcommand`: the whole sentence so far. */
export function completionText(subcommand: string, typed: string): string {
  return `${leadOf(subcommand)}${typed}`;
}

/** Completed sentences as the choices of that option, only its own words: at most 25, none cut. */
export function completionChoices(subcommand: string, sentences: readonly string[]): { name: string; value: string }[] {
  const lead = leadOf(subcommand);
  const values = sentences.flatMap((sentence) => {
    if (!sentence.toLowerCase().startsWith(lead)) return [];
    const value = sentence.slice(lead.length).trim();
    return value !== "" && value.length <= LIMITS.choice ? [value] : [];
  });
  return [...new Set(values)].slice(0, LIMITS.choices).map((value) => ({ name: value, value }));
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-application-command-data-structure */
const CommandData = z.object({
  options: z
    .array(
      z.object({
        name: z.string(),
        options: z
          .array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }))
          .optional(),
      }),
    )
    .optional(),
  target_id: z.string().optional(),
  resolved: z.object({ messages: z.record(z.string(), z.object({ content: z.string() })).optional() }).optional(),
});
type Subcommand = NonNullable<z.infer<typeof CommandData>["options"]>[number];

function subcommandText({ name, options = [] }: Subcommand): string {
  const value = (of: string) => String(options.find((option) => option.name === of)?.value ?? "").trim();
  switch (name) {
    case "ask":
      return value("text");
    case "reject": {
      const reason = value("reason");
      return `reject ${value("code")}${reason === "" ? "" : ` because ${reason}`}`;
    }
    default:
      return [name, ...options.map((option) => value(option.name))].join(" ");
  }
}

/** The words before an option's own: none in a free question. */
function leadOf(subcommand: string): string {
  return subcommand === "ask" || subcommand === "" ? "" : `${subcommand} `;
}

function toWords(text: string): CommandWords | undefined {
  const [, name, rest = ""] = /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, rest };
}

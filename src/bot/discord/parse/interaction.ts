import { ComponentType, InteractionType, MessageFlags } from "discord.js";
import { z } from "zod";
import { PlacePayload } from "./place.ts";
import { MemberPayload, UserPayload } from "./person.ts";

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object */
export const InteractionPayload = z.object({
  id: z.string(),
  application_id: z.string(),
  type: z.enum(InteractionType),
  token: z.string(),
  guild_id: z.string().optional(),
  channel_id: z.string().optional(),
  channel: PlacePayload.optional(),
  member: MemberPayload.extend({ user: UserPayload }).optional(),
  user: UserPayload.optional(),
  locale: z.string().optional(),
  message: z.object({ id: z.string(), flags: z.number().optional() }).optional(),
  data: z.unknown(),
});
export type InteractionPayload = z.infer<typeof InteractionPayload>;

const Option = z.object({ name: z.string(), value: z.unknown().optional(), focused: z.boolean().optional() });
const CommandData = z.object({
  type: z.number().optional(),
  name: z.string(),
  options: z.array(Option.extend({ options: z.array(Option).optional() })).optional(),
});
const ComponentData = z.object({
  custom_id: z.string(),
  component_type: z.number(),
  values: z.array(z.string()).optional(),
});
const ModalData = z.object({ custom_id: z.string() });

/** What a person did with something of ours. */
export type ReadInteraction =
  | { readonly kind: "command"; readonly subcommand: string }
  | { readonly kind: "autocomplete"; readonly subcommand: string; readonly text: string }
  | { readonly kind: "press"; readonly customId: string; readonly values: readonly string[] }
  | { readonly kind: "submit"; readonly customId: string }
  | { readonly kind: "ignored" };

/** What an interaction is; its command's words and its form's values are read where they are understood. */
export function readInteraction(payload: InteractionPayload): ReadInteraction {
  switch (payload.type) {
    case InteractionType.ApplicationCommand: {
      const data = CommandData.safeParse(payload.data).data;
      return data === undefined ? { kind: "ignored" } : { kind: "command", subcommand: subcommandOf(data) };
    }
    case InteractionType.ApplicationCommandAutocomplete: {
      const data = CommandData.safeParse(payload.data).data;
      if (data === undefined) return { kind: "ignored" };
      const focused = (data.options ?? []).flatMap((option) => [option, ...(option.options ?? [])]);
      const value = focused.find((option) => option.focused === true)?.value;
      return { kind: "autocomplete", subcommand: subcommandOf(data), text: typeof value === "string" ? value : "" };
    }
    case InteractionType.MessageComponent: {
      const data = ComponentData.safeParse(payload.data).data;
      if (data === undefined || !PRESSED.has(data.component_type)) return { kind: "ignored" };
      return { kind: "press", customId: data.custom_id, values: data.values ?? [] };
    }
    case InteractionType.ModalSubmit: {
      const data = ModalData.safeParse(payload.data).data;
      return data === undefined ? { kind: "ignored" } : { kind: "submit", customId: data.custom_id };
    }
    default:
      return { kind: "ignored" };
  }
}

/** Whether the message something was pressed on was shown to one person only. */
export function isOnEphemeral(payload: InteractionPayload): boolean {
  return ((payload.message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
}

const PRESSED: ReadonlySet<number> = new Set([ComponentType.Button, ComponentType.StringSelect]);

/** Of a command with subcommands the subcommand's name; else empty, as for a command of the message menu. */
function subcommandOf(data: z.infer<typeof CommandData>): string {
  return data.options?.[0]?.name ?? "";
}

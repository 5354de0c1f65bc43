import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APITextDisplayComponent,
  ComponentType,
  TextInputStyle,
} from "discord-api-types/v10";
import { z } from "zod";
import { cleanLine } from "#bot/clean-text.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { FormValue } from "#core/contract/message.ts";
import type { Form, FormField } from "#core/contract/reply.ts";
import { LIMITS } from "#bot/discord/limits.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { clipText } from "./clip.ts";
import { toInline } from "./markdown.ts";

/**
 * Draws a form as a modal. Discord masks nothing that is typed, so a secret field says so; what has no room beside its
 * field is said above all of them.
 */
export function renderForm(form: Form): APIModalInteractionResponseCallbackData {
  const hasHead = form.fields.length < LIMITS.modalComponents;
  const above = form.intro === undefined ? [] : [toInline(form.intro)];
  const labels = form.fields.map((field, index): APILabelComponent => {
    const lead = !hasHead && index === 0 && form.intro !== undefined ? [form.intro] : [];
    const hint = [...lead, ...hintOf(field)].map((text) => cleanLine(withWrittenMoments(text))).join(" ");
    const fits = hint.length <= LIMITS.fieldDescription;
    if (!fits && hasHead) above.push(`**${toInline(field.label)}** ${toInline(hint)}`);
    const description = fits || !hasHead ? clipText(hint, LIMITS.fieldDescription) : "";
    return { ...labelOf(field), ...(description !== "" && { description }) };
  });
  const head = clipText(withWrittenMoments(above.join("\n\n")), LIMITS.componentText);
  const display: APITextDisplayComponent = { type: ComponentType.TextDisplay, content: head };
  return {
    custom_id: form.token,
    title: clipText(plain(form.title), LIMITS.modalTitle),
    components: hasHead && head !== "" ? [display, ...labels] : labels,
  };
}

/**
 * What was typed, by the id of its field; a secret comes marked as one, so that it is sealed before it is written.
 * @param data the interaction's `data`, as Discord sent it
 */
export function readModal(data: unknown): Record<string, FormValue> {
  const { components } = ModalData.catch({ components: [] }).parse(data);
  const values = components.flatMap(({ component }): [string, FormValue][] => {
    const typed = TextInput.safeParse(component).data;
    const [, kind, id] = FIELD_ID.exec(typed?.custom_id ?? "") ?? [];
    if (typed === undefined || id === undefined) return [];
    return [[id, kind === SECRET ? { secret: typed.value } : typed.value]];
  });
  return Object.fromEntries(values);
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-modal-submit-data-structure */
const ModalData = z.object({ components: z.array(z.object({ component: z.unknown().optional() })) });
const TextInput = z.object({ custom_id: z.string(), value: z.string() });

/** The field's custom_id says whether it is a secret: after a restart nothing else would. */
const SECRET = "s";
const TEXT = "t";
const FIELD_ID = /^([st]):(.+)$/s;

function labelOf({ id, label, optional, type, multiline }: FormField): APILabelComponent {
  return {
    type: ComponentType.Label,
    label: clipText(plain(label), LIMITS.fieldLabel),
    component: {
      type: ComponentType.TextInput,
      custom_id: fieldId(type, id),
      style: multiline === true ? TextInputStyle.Paragraph : TextInputStyle.Short,
      required: optional !== true,
      max_length: LIMITS.fieldValue,
    },
  };
}

function fieldId(type: FormField["type"], id: string): string {
  const customId = `${type === "secret" ? SECRET : TEXT}:${id}`;
  // Cut, it would come back as another field's.
  if (customId.length > LIMITS.customId) throw new NexusError("internal", `field id too long: ${id.length} characters`);
  return customId;
}

function hintOf({ type, hint }: FormField): string[] {
  const warning = type === "secret" ? ["Visible on your screen while you type."] : [];
  return hint === undefined ? warning : [hint, ...warning];
}

function plain(text: string): string {
  const line = cleanLine(withWrittenMoments(text));
  return line === "" ? "…" : line;
}

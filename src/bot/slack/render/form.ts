import type { InputBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { cleanLine } from "#bot/clean-text.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { FormValue } from "#core/contract/message.ts";
import type { Form, FormField } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { plainText } from "./blocks.ts";
import type { SlackBlock } from "./rendering.ts";
import { drawNotice, drawText } from "./text-part.ts";

/** The `callback_id` of every form of ours. */
export const FORM_CALLBACK = "nexus:form";

export interface FormOptions {
  /** Comes back with the answers; never a secret. At most `SLACK_LIMITS.modal.privateMetadata`. */
  readonly privateMetadata: string;
  /** What was wrong with the answers before, said first. */
  readonly notice?: string | undefined;
}

/** Draws a form as a modal. A title too long for a modal's is said in full below it. */
export function renderForm(form: Form, { privateMetadata, notice }: FormOptions): ModalView {
  const title = line(form.title);
  const short = shortTitle(title);
  const before: SlackBlock[] = [
    ...(short === title ? [] : drawText(`**${title}**`, false)),
    ...(notice === undefined ? [] : drawNotice({ tone: "error", text: notice })),
    ...(form.intro === undefined ? [] : drawText(form.intro, false)),
  ];
  return {
    type: "modal",
    callback_id: FORM_CALLBACK,
    private_metadata: privateMetadata,
    title: plainText(short),
    submit: plainText(line(form.submit)),
    close: plainText("Cancel"),
    blocks: [...before.slice(0, SLACK_LIMITS.view.blocks - form.fields.length), ...form.fields.map(inputOf)],
  };
}

/** The `state.values` of a modal of ours as a form's answers. What was left empty is left out. */
export function readFormValues(
  values: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Record<string, FormValue> {
  const answers = Object.values(values).flatMap((actions) => Object.entries(actions));
  return Object.fromEntries(
    answers.flatMap(([actionId, state]): [string, FormValue][] => {
      const [, type, id] = /^(text|secret):(.+)$/s.exec(actionId) ?? [];
      const value = Typed.safeParse(state).data?.value ?? "";
      if (id === undefined || value === "") return [];
      return [[id, type === "secret" ? { secret: value } : value]];
    }),
  );
}

/** https://docs.slack.dev/reference/views/view-submission-payload: null when nothing was typed. */
const Typed = z.object({ value: z.string().nullable() });

/** What an answer is (and whether it is a secret) rides in the input's `action_id`: Slack gives it back unchanged. */
function inputOf(field: FormField, index: number): InputBlock {
  const hint = [field.hint, field.type === "secret" ? VISIBLE : undefined]
    .filter((text) => text !== undefined)
    .join(" ");
  return {
    type: "input",
    block_id: `field:${index}`,
    label: plainText(line(field.label)),
    optional: field.optional === true,
    ...(hint !== "" && { hint: plainText(line(hint).slice(0, SLACK_LIMITS.input.hint).toWellFormed()) }),
    element: {
      type: "plain_text_input",
      action_id: `${field.type}:${field.id}`,
      multiline: field.type === "text" && field.multiline === true,
      max_length: SLACK_LIMITS.input.value,
      ...(index === 0 && { focus_on_load: true }),
    },
  };
}

/** Slack has no input that hides what is typed. */
const VISIBLE = "What you type here can be seen on your screen until you send it.";

/** As many whole words as fit. */
function shortTitle(title: string): string {
  const limit = SLACK_LIMITS.modal.title;
  if (title.length <= limit) return title;
  const end = title.lastIndexOf(" ", limit);
  return title.slice(0, end > 0 ? end : limit).toWellFormed();
}

function line(text: string): string {
  const written = withWrittenMoments(cleanLine(text));
  return written === "" ? "…" : written;
}

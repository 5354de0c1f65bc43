import { cleanLine } from "#bot/clean-text.ts";
import type { Form, FormField } from "#core/contract/reply.ts";
import { type Canvas, paint } from "./draw/canvas.ts";
import { drawMarkdown } from "./draw/markdown.ts";
import { wrapText } from "./draw/wrap.ts";
import type { LineSource } from "./line-source.ts";

export type FormAnswers = Record<string, string | { secret: string }>;

/** Asks a form's questions one by one. Undefined when the person gave up: then nothing is sent. */
export async function fillForm(
  form: Form,
  lines: LineSource,
  canvas: Canvas,
  print: (lines: readonly string[]) => void,
): Promise<FormAnswers | undefined> {
  lines.discardTypeAhead();
  print([
    ...wrapText(cleanLine(form.title), canvas.columns).map((text) => paint(canvas, [{ text, style: { bold: true } }])),
    ...(form.intro === undefined ? [] : drawMarkdown(canvas, form.intro)),
    paint(canvas, [{ text: "Esc or Ctrl-C gives up.", style: { dim: true } }]),
  ]);
  const answers: FormAnswers = {};
  for (const field of form.fields) {
    const answer = await askField(field, lines, canvas, print);
    if (answer === undefined) return undefined;
    if (answer !== "") answers[field.id] = field.type === "secret" ? { secret: answer } : answer;
  }
  return answers;
}

async function askField(
  field: FormField,
  lines: LineSource,
  canvas: Canvas,
  print: (lines: readonly string[]) => void,
): Promise<string | undefined> {
  if (field.hint !== undefined) {
    const hint = wrapText(cleanLine(field.hint), canvas.columns);
    print(hint.map((text) => paint(canvas, [{ text, style: { dim: true } }])));
  }
  const notes = [
    ...(field.optional === true ? ["optional, Enter skips"] : []),
    ...(field.type === "secret" ? ["hidden as you type"] : []),
  ];
  const note = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  const text = paint(canvas, [{ text: `${cleanLine(field.label)}${note}: ` }]);
  for (;;) {
    const read = await lines.next({ text, isSecret: field.type === "secret", isRemembered: false });
    if (read.kind !== "line") return undefined;
    const answer = read.text.trim();
    if (answer !== "" || field.optional === true) return answer;
    print(["This one is needed."]);
  }
}

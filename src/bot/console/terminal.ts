import { basename } from "node:path";
import type { Form } from "#core/contract/reply.ts";
import { cleanLine } from "#bot/clean-text.ts";
import type { Choice, Confirm } from "./choices.ts";
import type { Answer } from "./dialogue.ts";
import { paint } from "./draw/canvas.ts";
import { takeDroppedFiles } from "./dropped-files.ts";
import { drawFirstScreen } from "./first-screen.ts";
import { fillForm } from "./form-prompt.ts";
import { wrapText } from "./draw/wrap.ts";
import { openStage, type Stage } from "./stage.ts";
import type { TerminalOptions } from "./terminal-options.ts";

export interface TerminalResult {
  /** 0 when all went well, 1 when the answer is an error or did not come, 2 when there was nothing to ask. */
  readonly exitCode: 0 | 1 | 2;
  /** How many lines were answered: 0 means that the input was empty. */
  readonly answered: number;
}

/** Draws the conversation on a terminal, or answers a pipe, until the person or the input ends. */
export async function runTerminal(options: TerminalOptions): Promise<TerminalResult> {
  const question = options.question?.trim() ?? "";
  const isEmpty = question === "" && (options.files ?? []).length === 0;
  if (options.mode === "ask" && isEmpty) return { exitCode: 2, answered: 0 };
  await using stage = openStage(options);
  const welcome = await stage.welcome;
  if (welcome === undefined) return { exitCode: 1, answered: 0 };
  if (options.mode === "ask") return await answerOne(stage, question, options);
  if (options.mode === "interactive") stage.view.print(["", ...drawFirstScreen(stage.view.canvas(), welcome), ""]);
  return await answerLines(stage, options);
}

async function answerOne(stage: Stage, question: string, options: TerminalOptions): Promise<TerminalResult> {
  const answer = await say(stage, question, options, options.files);
  if (answer.kind !== "replied") return { exitCode: 1, answered: 0 };
  const { reply } = answer.message;
  if (reply.form !== undefined) stage.view.note("To answer this, open a conversation: npm run nexus -- console");
  const isError = reply.parts.some((part) => part.type === "notice" && part.tone !== "info" && part.tone !== "success");
  return { exitCode: isError ? 1 : 0, answered: 1 };
}

async function answerLines(stage: Stage, options: TerminalOptions): Promise<TerminalResult> {
  const text = options.plain === true ? "you> " : "you ▸ ";
  let answered = 0;
  for (;;) {
    const style = { bold: true, colour: "cyan" } as const;
    const prompt = { text: paint(stage.view.canvas(), [{ text, style }]), isSecret: false, isRemembered: true };
    const read = await Promise.race([stage.lines.next(prompt), stage.ended]);
    if (read.kind === "ended") return { exitCode: 0, answered };
    const line = read.kind === "line" ? read.text.trim() : "";
    if (line === "") continue;
    if (QUIT_WORDS.has(line.toLowerCase())) return { exitCode: 0, answered };
    const answer = await carryOut(stage, pick(stage, line), options);
    if (answer?.kind === "closed") return { exitCode: 1, answered };
    answered += 1;
  }
}

function pick(stage: Stage, line: string): Choice {
  const choice = stage.choices().pick(line);
  if (choice?.kind === "say") stage.view.note(`› ${choice.text}`);
  return choice ?? { kind: "say", text: KEYS.get(line.toLowerCase()) ?? line };
}

/** Does what a line asks for, and fills in the forms that come back. Undefined when the person gave a form up. */
async function carryOut(stage: Stage, choice: Choice, options: TerminalOptions): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  switch (choice.kind) {
    case "say":
      answer = await say(stage, choice.text, options);
      break;
    case "press":
      if (choice.confirm !== undefined && !(await isConfirmed(stage, choice.confirm))) return undefined;
      answer = await stage.ask({ type: "press", id: options.newId(), token: choice.token });
      break;
    case "form":
      answer = await fillAndSend(stage, choice.form, options);
      break;
    default:
      return choice satisfies never;
  }
  while (answer?.kind === "replied" && answer.message.reply.form !== undefined) {
    answer = await fillAndSend(stage, answer.message.reply.form, options);
  }
  return answer;
}

async function say(
  stage: Stage,
  line: string,
  options: TerminalOptions,
  given: readonly string[] = [],
): Promise<Answer> {
  const { text, files: dropped } = takeDroppedFiles(line, options.folders);
  const files = [...given, ...dropped];
  if (files.length > 0) stage.view.note(`Attached: ${files.map((path) => basename(path)).join(", ")}`);
  return await stage.ask({ type: "say", id: options.newId(), text, files });
}

async function fillAndSend(stage: Stage, form: Form, { newId }: TerminalOptions): Promise<Answer | undefined> {
  const values = await fillForm(form, stage.lines, stage.view.canvas(), (lines) => stage.view.print(lines));
  if (values !== undefined) return await stage.ask({ type: "submit", id: newId(), token: form.token, values });
  stage.view.note("Given up; nothing was sent.");
  return undefined;
}

/** Asks once more before something that cannot easily be taken back. Anything but yes is no. */
async function isConfirmed(stage: Stage, { title, text, ok }: Confirm): Promise<boolean> {
  stage.lines.discardTypeAhead();
  stage.view.print([title, text].flatMap((line) => wrapText(cleanLine(line), stage.view.canvas().columns)));
  const read = await stage.lines.next({ text: `${cleanLine(ok)}? (y/N): `, isSecret: false, isRemembered: false });
  const isYes = read.kind === "line" && /^y(?:es)?$/i.test(read.text.trim());
  if (!isYes) stage.view.note("Left as it is.");
  return isYes;
}

/** Single keys that stand for a sentence. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ["?", "help"],
  ["s", "connect slack"],
  ["d", "connect discord"],
]);

const QUIT_WORDS: ReadonlySet<string> = new Set(["q", "quit", "exit"]);

import { cleanLine, cleanText } from "#bot/clean-text.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { ModulePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { context } from "./blocks.ts";
import type { Drawn } from "./drawn.ts";
import { splitMrkdwn } from "./mrkdwn.ts";
import type { SlackFile } from "./rendering.ts";

/** Attaches text as a file, and says so where it would have stood. */
export function attach(name: string, mimeType: string, text: string, what: string): Drawn {
  const file = textFile(name, mimeType, text, what);
  return { blocks: context([`${what}: in the file \`${nameInCode(file.name)}\``]), files: [file] };
}

/** Attaches a file of a reply under its description. */
export function drawFile(file: Extract<ModulePart, { type: "file" }>): Drawn {
  const description = withWrittenMoments(cleanLine(file.description));
  const attached = textFile(file.name, file.mimeType, file.text, description);
  const said = splitMrkdwn(file.description, SLACK_LIMITS.textObject);
  return { blocks: context([`File \`${nameInCode(attached.name)}\``, ...said]), files: [attached] };
}

/** A text as a file with a name that is one, and an alternative text. */
export function textFile(name: string, mimeType: string, text: string, description: string): SlackFile {
  const safe = fileName(name);
  return {
    name: safe,
    mimeType: cleanLine(mimeType),
    title: safe,
    altText: altText(description === "" ? safe : description),
    content: { text: withWrittenMoments(cleanText(text)) },
  };
}

/** A description short enough for Slack; the whole of it is in the message. */
export function altText(description: string): string {
  const limit = SLACK_LIMITS.file.altText;
  return description.length <= limit ? description : `${description.slice(0, limit - 1).toWellFormed()}…`;
}

/** A name without folders, wildcards or anything Windows would refuse. */
export function fileName(name: string): string {
  const safe = withWrittenMoments(cleanLine(name))
    .replaceAll(/[/\\:*?"<>|`]/g, "-")
    .replace(/^\.+/, "")
    .trim();
  return safe === "" ? "file.txt" : safe.slice(0, 120).toWellFormed();
}

function nameInCode(name: string): string {
  return name.replaceAll("&", "&amp;");
}

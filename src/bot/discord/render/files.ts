import type { ChartPart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { clipText } from "./clip.ts";
import { LIMITS } from "#bot/discord/limits.ts";
import { cleanLine } from "#bot/clean-text.ts";
import type { DiscordFile } from "./rendering.ts";

/** A text file; its name is made safe, its description is cut to what alternative text may hold. */
export function textFile(name: string, mimeType: string, description: string, text: string): DiscordFile {
  return { name: safeName(name), mimeType, description: toAltText(description), content: { text } };
}

/** A chart to be drawn as a picture. */
export function pictureFile(chart: ChartPart, description: string): DiscordFile {
  const name = `${safeName(chart.title).slice(0, 60)}.png`;
  return { name, mimeType: "image/png", description: toAltText(description), content: { chart } };
}

/** Whether a description fits alternative text whole. */
export function fitsAltText(description: string): boolean {
  return description.length <= LIMITS.altText;
}

/**
 * The files of one message: pictures first, no two of one name, no more than a message takes. Text files beyond that
 * are joined into the last one.
 */
export function fileSet(files: readonly DiscordFile[]): DiscordFile[] {
  const isPicture = ({ content }: DiscordFile) => "chart" in content;
  const sorted = [...files.filter(isPicture), ...files.filter((file) => !isPicture(file))];
  return withOwnNames(sorted.length <= LIMITS.filesPerMessage ? sorted : joinLast(sorted));
}

/** As many pictures as leave room for the file that may hold all others. What is not a picture is written out. */
export const MOST_PICTURES = LIMITS.filesPerMessage - 1;

function joinLast(files: readonly DiscordFile[]): DiscordFile[] {
  const kept = files.slice(0, LIMITS.filesPerMessage - 1);
  const joined = files
    .slice(kept.length)
    .map(({ name, content }) => `== ${name} ==\n${"text" in content ? content.text : ""}`);
  const description = `The other ${joined.length} files, one after another`;
  return [...kept, textFile("more-files.txt", "text/plain", description, joined.join("\n\n"))];
}

function withOwnNames(files: readonly DiscordFile[]): DiscordFile[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const [, stem = "", extension = ""] = /^(.*?)(\.[^.]*)?$/.exec(file.name) ?? [];
    let name = file.name;
    for (let count = 2; taken.has(name.toLowerCase()); count += 1) name = `${stem}-${count}${extension}`;
    taken.add(name.toLowerCase());
    return { ...file, name };
  });
}

/** What Discord keeps of a file's name as it is. */
function safeName(name: string): string {
  const safe = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replaceAll(/-*\.-*/g, ".")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return safe === "" ? "file" : safe.slice(-100).replace(/^[-.]+/, "");
}

function toAltText(description: string): string {
  const text = cleanLine(withWrittenMoments(description));
  return text === "" ? "A file" : clipText(text, LIMITS.altText);
}

import type { RawFile } from "discord.js";
import type { ChartRenderer } from "#bot/chart-png.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Log } from "#core/contract/ports.ts";
import { LIMITS } from "./limits.ts";
import { type Origin, withOrigin } from "./parse/button-id.ts";
import type { Confirmation, DiscordFile, DiscordMessage, DiscordRendering } from "./render/rendering.ts";
import { renderReply } from "./render/reply.ts";

/** One message to send or to make of another. */
export interface Piece {
  readonly body: DiscordMessage & { readonly attachments?: readonly object[] };
  readonly files: RawFile[];
}

export interface Pieces {
  readonly all: readonly Piece[];
  readonly confirmations: ReadonlyMap<string, Confirmation>;
}

/** How many messages a reply takes, without drawing its pictures. */
export function countPieces(reply: Reply, delayedMs: number | undefined): number {
  return render(reply, delayedMs, true).messages.length;
}

/** A reply as messages, with pictures drawn; where they cannot be, their figures stand in the text. */
export async function drawPieces(
  { reply, delayedMs, origin }: { reply: Reply; delayedMs: number | undefined; origin: Origin | undefined },
  renderer: ChartRenderer,
  log: Log,
  signal: AbortSignal,
): Promise<Pieces> {
  try {
    return await assemble(render(reply, delayedMs, true), origin, renderer, signal);
  } catch (err) {
    signal.throwIfAborted();
    if (!reply.parts.some(({ type }) => type === "chart")) throw err;
    log.warn({ err }, "a chart could not be drawn as a picture");
    return assemble(render(reply, delayedMs, false), origin, renderer, signal);
  }
}

function render(reply: Reply, delayedMs: number | undefined, pictures: boolean): DiscordRendering {
  return renderReply(reply, { pictures, ...(delayedMs !== undefined && { delayedMs }) });
}

async function assemble(
  { messages, files, filesWith, confirmations }: DiscordRendering,
  origin: Origin | undefined,
  renderer: ChartRenderer,
  signal: AbortSignal,
): Promise<Pieces> {
  const raw: RawFile[] = [];
  for (const file of files) raw.push(await toRaw(file, renderer, signal));
  const attachments = files.map(({ name, description }, index) => ({
    id: String(index),
    filename: name,
    description,
  }));
  const all = messages.map((message, index): Piece => {
    const body = { ...message, components: withOrigin(message.components, origin) };
    return index === filesWith && raw.length > 0 ? { body: { ...body, attachments }, files: raw } : { body, files: [] };
  });
  return { all, confirmations };
}

async function toRaw({ name, mimeType, content }: DiscordFile, renderer: ChartRenderer, signal: AbortSignal) {
  const data =
    "text" in content ? Buffer.from(content.text, "utf8") : Buffer.from(await renderer.render(content.chart, signal));
  // No room is no reason to lose the rest: the reader learns what is missing, from whom it can be had.
  const fits = data.byteLength <= LIMITS.fileBytes;
  return { name, contentType: mimeType, data: fits ? data : Buffer.from(TOO_LARGE, "utf8") };
}

const TOO_LARGE =
  "This file is larger than the 10 MiB that Discord takes here. Ask again in the console to get it whole.\n";

import { StringDecoder } from "node:string_decoder";
import type { Readable, Writable } from "node:stream";
import type { z } from "zod";
import type { FromDoor, FromTerminal } from "./protocol.ts";

/** A reply carries its files as text; nothing else comes near this. */
const MAX_LINE_CHARS = 16_000_000;

/**
 * Reads messages, one JSON value a line, each checked by `schema`. Ends when the stream does; throws on the first line
 * that is not such a message, because whatever speaks differently cannot be followed.
 */
export async function* readMessages<Schema extends z.ZodType>(
  stream: Readable,
  schema: Schema,
): AsyncGenerator<z.infer<Schema>> {
  for await (const line of readLines(stream)) {
    if (line.trim() !== "") yield schema.parse(JSON.parse(line));
  }
}

/** Writes one message; false when the stream is already closed. */
export function writeMessage(stream: Writable, message: FromDoor | FromTerminal): boolean {
  if (stream.destroyed || stream.writableEnded) return false;
  stream.write(`${JSON.stringify(message)}\n`);
  return true;
}

async function* readLines(stream: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const [first = "", ...rest] = decoder.write(chunk).split("\n");
    for (const [index, piece] of [first, ...rest].entries()) {
      if (index > 0) {
        yield pieces.join("");
        pieces = [];
        length = 0;
      }
      pieces.push(piece);
      length += piece.length;
      if (length > MAX_LINE_CHARS) throw new Error(`a line is longer than ${MAX_LINE_CHARS} characters`);
    }
  }
}

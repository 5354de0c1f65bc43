import { type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { refuse, type Refusal } from "./refusal.ts";

/** More than this many bytes out of one byte in is a bomb, once there is enough of it to tell. */
const MAX_RATIO = 200;
const RATIO_FROM_BYTES = 65_536;

const TYPES =
  /^(?:application\/(?:json|xml|csv|x-ndjson|[\w.-]+\+(?:json|xml))|text\/(?:plain|csv|event-stream|tab-separated-values|xml|json))$/;

/** What an answer says of its encoding. Said twice, it is a list that nobody asked for, and not silence. */
export function encodingOf(header: string | string[] | undefined): string {
  return header === undefined ? "identity" : [header].flat().join(", ").trim().toLowerCase();
}

/** Whether a module may read a body of this content type: data, never a page or a program. */
export function isReadableType(contentType: string): boolean {
  return TYPES.test(mediaType(contentType));
}

/**
 * Reads an answer's body to its end, decoded, or says why not. The caller has put an error handler on `body`: without
 * one, destroying it takes the process down.
 */
export async function readBody(
  body: Readable,
  encoding: string,
  contentType: string,
  maxBytes: number,
): Promise<{ readonly ok: true; readonly text: string; readonly bytes: number } | Refusal> {
  const decoder = encoding === "gzip" ? createGunzip() : encoding === "br" ? createBrotliDecompress() : undefined;
  if (decoder === undefined && encoding !== "identity") {
    return refuse("bad_response", "the answer is encoded in a way that was not asked for");
  }
  let wireBytes = 0;
  body.on("data", (chunk: Buffer) => {
    wireBytes += chunk.length;
  });
  body.on("error", (error) => decoder?.destroy(error));
  const decoded: Readable = decoder === undefined ? body : body.pipe(decoder);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decoded) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBytes) return refuse("too_large", `the answer is larger than ${maxBytes} bytes`);
    if (decoder !== undefined && bytes > RATIO_FROM_BYTES && bytes > MAX_RATIO * wireBytes) {
      return refuse("too_large", "the answer unpacks to far more than was sent");
    }
    chunks.push(chunk);
  }
  return { ok: true, text: decodeText(Buffer.concat(chunks), contentType), bytes };
}

function decodeText(bytes: Buffer, contentType: string): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function mediaType(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}

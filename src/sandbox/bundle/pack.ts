import { deflateSync, zipSync, type Zippable } from "fflate";
import { type Entry, fromBufferPromise } from "yauzl";
import type { BundleEntries } from "#core/contract/bundle.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Finding } from "#core/contract/validation.ts";
import { CAPS, MAX_BUNDLE_BYTES } from "./caps.ts";
import type { Reading } from "./reading.ts";
import { found } from "./rules.ts";
import { showName } from "./show-name.ts";
import { inflateEntry } from "./zip-content.ts";
import { findHeaderProblem, MAX_RATIO } from "./zip-headers.ts";
import { type Frame, readFrame, type Span, findGap } from "./zip-frame.ts";

/** What a packed module's file name ends with. */
export const PACK_ENDING = ".nexus-module";

/** Entries of a zip at most; folders may have some of their own. */
const MAX_ENTRIES = CAPS.ownFiles * 2;
/** Time has no place in a bundle. ZIP's first year, in local time because that is how fflate writes it: the same bytes anywhere. */
const NO_TIME = new Date(1980, 0, 1, 12);

/** One file for a whole bundle, a ZIP: the same bytes for the same entries on every machine and every day. */
export function packBundle(entries: BundleEntries): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const files: Zippable = Object.fromEntries(
    sorted.map(([path, bytes]) => {
      // Whoever reads it refuses what looks like a bomb, honest or not.
      const isHarmless = bytes.length < deflateSync(bytes, { level: 6 }).length * MAX_RATIO;
      return [path, [bytes, { level: isHarmless ? 6 : 0 }]];
    }),
  );
  return zipSync(files, { mtime: NO_TIME, os: 0, attrs: 0 });
}

/**
 * Reads a pack that somebody handed in, in memory: nothing is unpacked to a disk. Only a ZIP that every program reads alike
 * is read at all: nothing before, between or behind its files, no second names, no sizes that lie.
 */
export async function readPack(bytes: Uint8Array): Promise<Reading> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = readFrame(buffer);
  if ("problem" in frame) return refuse(found("bundle.pack", frame.problem));
  if (buffer.length > MAX_BUNDLE_BYTES) return refuse(found("bundle.size", `the pack is ${buffer.length} bytes`));
  if (frame.entries > MAX_ENTRIES) return refuse(found("bundle.count", `the pack has ${frame.entries} entries`));
  try {
    return await readEntries(buffer, frame);
  } catch (error) {
    return refuse(found("bundle.pack", `the pack is damaged: ${asNexusError(error).message}`));
  }
}

function refuse(finding: Finding): Reading {
  return { entries: new Map(), findings: [finding] };
}

async function readEntries(buffer: Buffer, frame: Frame): Promise<Reading> {
  const entries = new Map<string, Uint8Array>();
  const findings: Finding[] = [];
  const spans: Span[] = [];
  let left = MAX_BUNDLE_BYTES;
  // Names stay bytes here: what they mean is judged below, alike for both places where a ZIP keeps them.
  const zip = await fromBufferPromise(buffer, { decodeStrings: false, validateEntrySizes: true });
  for await (const entry of zip.eachEntry()) {
    const path = decodeName(entry);
    const file = showName(path ?? entry.fileNameRaw.toString("latin1"));
    const local = await zip.readLocalFileHeaderPromise(entry, {});
    spans.push({ start: entry.relativeOffsetOfLocalHeader, end: local.fileDataStart + entry.compressedSize });
    left -= entry.uncompressedSize;
    const problem = findHeaderProblem(entry, local);
    if (path === undefined) findings.push(found("bundle.name", "the name is not UTF-8", { file }));
    else if (problem !== undefined) findings.push(found(...problem, { file }));
    else if (entries.has(path)) findings.push(found("bundle.duplicate", "this name is there twice", { file }));
    else if (left < 0) return refuse(found("bundle.size", `unpacked, it is more than ${MAX_BUNDLE_BYTES} bytes`));
    else if (!path.endsWith("/")) {
      const content = inflateEntry(buffer.subarray(local.fileDataStart, spans.at(-1)?.end), entry);
      if ("problem" in content) findings.push(found("bundle.pack", content.problem, { file }));
      else entries.set(path, content.bytes);
    }
  }
  const gap = findGap(spans, frame);
  return gap === undefined ? { entries, findings } : refuse(found("bundle.pack", gap));
}

function decodeName({ fileNameRaw }: Entry): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fileNameRaw);
  } catch {
    return undefined;
  }
}

import type { Entry, LocalFileHeader } from "yauzl";
import { CAPS } from "./caps.ts";
import type { BundleRule } from "./rules.ts";

/** A file that unpacks to more than this many times its size is taken for a bomb. Honest text stays below 30. */
export const MAX_RATIO = 100;
/** Below this nothing is a bomb, and an empty list of lists packs well. */
const RATIO_FROM_BYTES = 65_536;

/** Bits of a ZIP entry's flags: APPNOTE.TXT 4.4.4. */
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
const STREAMED = 0x0008;
/** Extra fields that would give an entry other sizes (zip64) or a second name (Info-ZIP's Unicode path). */
const SECOND_MEANINGS: ReadonlySet<number> = new Set([0x0001, 0x7075]);

/** Kinds of files as Unix writes them into the upper half of an entry's attributes. */
const KIND = 0o170000;
const PLAIN_FILE = 0o100000;
const FOLDER = 0o040000;
const SET_ID_OR_STICKY = 0o7000;
const DOS_FOLDER = 0x10;

/** Why an entry is refused, by what a ZIP says of it in its list and again before its content. */
export function findHeaderProblem(entry: Entry, local: LocalFileHeader): readonly [BundleRule, string] | undefined {
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) return ["bundle.encrypted", "this is encrypted"];
  if ((entry.generalPurposeBitFlag & STREAMED) !== 0) return ["bundle.pack", "its size stands behind it, not before"];
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    return ["bundle.pack", `it is compressed in a way that is not read here (${entry.compressionMethod})`];
  }
  if (entry.extraFields.some(({ id }) => SECOND_MEANINGS.has(id))) {
    return ["bundle.pack", "it has a second name or a second size"];
  }
  if (!isSame(entry, local)) return ["bundle.pack", "its two headers do not say the same"];
  return findKindProblem(entry) ?? findSizeProblem(entry);
}

function isSame(entry: Entry, local: LocalFileHeader): boolean {
  return (
    local.fileName.equals(entry.fileNameRaw) &&
    local.generalPurposeBitFlag === entry.generalPurposeBitFlag &&
    local.compressionMethod === entry.compressionMethod &&
    local.crc32 === entry.crc32 &&
    local.compressedSize === entry.compressedSize &&
    local.uncompressedSize === entry.uncompressedSize
  );
}

function findKindProblem(entry: Entry): readonly [BundleRule, string] | undefined {
  const mode = entry.externalFileAttributes >>> 16;
  const kind = mode & KIND;
  const isNamedFolder = entry.fileNameRaw.at(-1) === 0x2f;
  const isFolder = kind === FOLDER || (kind === 0 && (entry.externalFileAttributes & DOS_FOLDER) !== 0);
  if (kind !== 0 && kind !== PLAIN_FILE && kind !== FOLDER) {
    return ["bundle.link", "this is a link, a device, a pipe or a socket"];
  }
  if ((mode & SET_ID_OR_STICKY) !== 0 && !isFolder) return ["bundle.link", "this wants to run with others' rights"];
  if (isFolder !== isNamedFolder && (isFolder || kind !== 0)) return ["bundle.link", "this is neither file nor folder"];
  if (isNamedFolder && entry.uncompressedSize > 0) return ["bundle.link", "this is a folder with a content"];
  return undefined;
}

function findSizeProblem({ uncompressedSize, compressedSize }: Entry): readonly [BundleRule, string] | undefined {
  if (uncompressedSize > CAPS.data) {
    return ["bundle.size", `it is ${uncompressedSize.toLocaleString("en-CA")} bytes: no file of a bundle is so large`];
  }
  const isBomb = uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > compressedSize * MAX_RATIO;
  return isBomb ? ["bundle.ratio", `it unpacks ${compressedSize} bytes to ${uncompressedSize}`] : undefined;
}

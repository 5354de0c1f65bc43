/** Where a ZIP's list of files stands, and how many it has. */
export interface Frame {
  readonly listStart: number;
  readonly entries: number;
}

/** From the first byte of a file's header to the one after its content. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The end record of a ZIP without a comment: APPNOTE.TXT 4.3.16. */
const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const LOCATOR_64_BYTES = 20;
const LOCATOR_64_SIGNATURE = 0x07064b50;

/**
 * Finds a ZIP's list of files, which must end where the end record begins, which must end where the bytes do: then there
 * is one way to read it, and no room for a second archive.
 */
export function readFrame(bytes: Buffer): Frame | { readonly problem: string } {
  const end = bytes.length - END_BYTES;
  if (end < 0 || bytes.readUInt32LE(0) === END_SIGNATURE) return { problem: "this is no pack, or an empty one" };
  if (bytes.readUInt32LE(end) !== END_SIGNATURE) {
    return { problem: "this is no ZIP file, or is cut off, or has a comment or other bytes after its end" };
  }
  const locator = end - LOCATOR_64_BYTES;
  if (locator >= 0 && bytes.readUInt32LE(locator) === LOCATOR_64_SIGNATURE) {
    return { problem: "it is in the form for files beyond 4 GB (zip64), which no module needs" };
  }
  const disks = bytes.readUInt32LE(end + 4);
  const here = bytes.readUInt16LE(end + 8);
  const entries = bytes.readUInt16LE(end + 10);
  const listBytes = bytes.readUInt32LE(end + 12);
  const listStart = bytes.readUInt32LE(end + 16);
  if (disks !== 0 || here !== entries) return { problem: "it is one part of several" };
  if (listStart + listBytes !== end) return { problem: "its list of files is not where it says" };
  return { listStart, entries };
}

/** Whether the files fill a ZIP from its first byte to its list: hidden bytes and files within files are named. */
export function findGap(spans: readonly Span[], { listStart, entries }: Frame): string | undefined {
  if (spans.length !== entries) return "its list of files is longer or shorter than it says";
  let at = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (start < at) return "two of its files share the same bytes";
    if (start > at) return "there are bytes in it that belong to no file";
    at = end;
  }
  return at === listStart ? undefined : "there are bytes in it that belong to no file";
}

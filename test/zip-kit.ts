import { crc32, deflateRawSync } from "node:zlib";

/** One file of a ZIP, and the ways in which its headers may lie. */
export interface ZipEntry {
  readonly name: string | Buffer;
  readonly data?: string | Uint8Array;
  /** What the header before the content calls it. */
  readonly localName?: string;
  /** The size the headers speak of. */
  readonly declaredSize?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Unix mode with the kind of file: 0o120777 is a link. */
  readonly mode?: number;
  readonly extra?: Buffer;
  /** Bytes put behind the packed content. */
  readonly hidden?: Buffer;
  /** The content of this earlier entry is its content too. */
  readonly sharesWith?: number;
}

export interface ZipLies {
  readonly before?: Buffer;
  /** Between the files and their list. */
  readonly between?: Buffer;
  readonly after?: Buffer;
  readonly comment?: Buffer;
  /** How many files the end record speaks of. */
  readonly count?: number;
  /** Where the end record says the list is. */
  readonly listStart?: number;
}

/** Writes a ZIP by hand, as no honest program would. */
export function writeZip(entries: readonly ZipEntry[], lies: ZipLies = {}): Uint8Array {
  const parts: Buffer[] = [lies.before ?? Buffer.alloc(0)];
  const list: Buffer[] = [];
  const starts: number[] = [];
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? "");
    const method = entry.method ?? (data.length > 0 ? 8 : 0);
    const packed = method === 8 ? deflateRawSync(data) : data;
    const shared = entry.sharesWith === undefined ? undefined : starts[entry.sharesWith];
    const start = shared ?? Buffer.concat(parts).length;
    starts.push(start);
    const name = Buffer.from(entry.name);
    const localName = entry.localName === undefined ? name : Buffer.from(entry.localName);
    const extra = entry.extra ?? Buffer.alloc(0);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(data), 10);
    common.writeUInt32LE(packed.length + (entry.hidden?.length ?? 0), 14);
    common.writeUInt32LE(entry.declaredSize ?? data.length, 18);
    common.writeUInt16LE(extra.length, 24);
    const own = Buffer.from(common);
    own.writeUInt16LE(localName.length, 22);
    if (shared === undefined) {
      const hidden = entry.hidden ?? Buffer.alloc(0);
      parts.push(Buffer.from("PK\u0003\u0004"), own, localName, extra, packed, hidden);
    }
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    rest.writeUInt32LE(start, 10);
    list.push(Buffer.from("PK\u0001\u0002"), Buffer.from([20, 3]), common, rest, name, extra);
  }
  parts.push(lies.between ?? Buffer.alloc(0));
  const listBytes = Buffer.concat(list);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(lies.count ?? entries.length, 4);
  end.writeUInt16LE(lies.count ?? entries.length, 6);
  end.writeUInt32LE(listBytes.length, 8);
  end.writeUInt32LE(lies.listStart ?? Buffer.concat(parts).length, 12);
  end.writeUInt16LE(lies.comment?.length ?? 0, 16);
  const tail = [lies.comment ?? Buffer.alloc(0), lies.after ?? Buffer.alloc(0)];
  return Buffer.concat([...parts, listBytes, Buffer.from("PK\u0005\u0006"), end, ...tail]);
}

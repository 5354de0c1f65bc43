import { crc32 } from "node:zlib";

/** One entry as an attacker writes it: the name may be anything, the type and the size may be lies. */
export interface CraftedEntry {
  readonly path: string;
  readonly data: Uint8Array;
  /** What Unix keeps of its kind. */
  readonly type?: string | undefined;
  readonly declaredSize?: number | undefined;
}

/** The upper bits of a Unix mode. */
const KINDS: Readonly<Record<string, number>> = {
  file: 0o100_000,
  symlink: 0o120_000,
  directory: 0o040_000,
  dir: 0o040_000,
  fifo: 0o010_000,
  socket: 0o140_000,
  device: 0o060_000,
  block: 0o060_000,
  char: 0o020_000,
};

/** A ZIP by hand, every entry stored as it is: no library writes such names, twice the same, or sizes that are wrong. */
export function craftZip(entries: readonly CraftedEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, data, type = "file", declaredSize = data.length } of entries) {
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    // Names are UTF-8, nothing is packed, and it is noon on the first day of ZIP's time.
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(0x6000, 6);
    common.writeUInt16LE(0x0021, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(Math.min(declaredSize, 0xff_ff_ff_fe), 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, name, data]);
    const rest = Buffer.alloc(14);
    const mode = (KINDS[type] ?? 0o160_000) | 0o644;
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    // Made on Unix.
    directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), Buffer.from([20, 3]), common, rest, name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from("PK\u0005\u0006"), end]);
}

import { hkdfSync } from "node:crypto";

/** One key per use, so that none of them tells anything of another. @returns 32 bytes */
export function deriveKey(master: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", master, "", `nexus/${use}`, 32));
}

import { createHmac } from "node:crypto";

/**
 * Crockford's Base32: five bits a character, without I, L, O and U, and whoever reads one of these for a digit is
 * understood. https://www.crockford.com/base32.html
 */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BYTES = 5;

/** A one-time code of 40 random bits, to be read out and typed: `7F3K-92QD`. */
export function newLinkCode(randomBytes: (size: number) => Uint8Array): string {
  let bits = 0n;
  for (const byte of randomBytes(BYTES)) bits = (bits << 8n) | BigInt(byte);
  let code = "";
  for (let at = 35n; at >= 0n; at -= 5n) code += LETTERS.charAt(Number((bits >> at) & 31n));
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** What a person typed, as the code it is; undefined when it cannot be one. */
export function readLinkCode(text: string): string | undefined {
  const plain = text
    .trim()
    .toUpperCase()
    .replaceAll(/[\s–—-]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(plain) ? `${plain.slice(0, 4)}-${plain.slice(4)}` : undefined;
}

/** How a code is kept. Without the key, 40 bits could be tried out one by one. */
export function hashLinkCode(key: Buffer, code: string): string {
  return createHmac("sha256", key).update(code).digest("hex");
}

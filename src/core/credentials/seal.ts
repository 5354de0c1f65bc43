import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { NexusError } from "#core/contract/errors.ts";

const ALGORITHM = "aes-256-gcm";
const VERSION = 1;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const BOX_OVERHEAD = IV_BYTES + TAG_BYTES;
const HEAD_BYTES = 1 + KEY_ID_BYTES;
const WRAPPED_KEY_BYTES = BOX_OVERHEAD + KEY_BYTES;

/** Locks and unlocks text. What was sealed for one purpose (`aad`) opens for that purpose only. */
export interface Sealer {
  seal(plain: string, aad: string): string;
  /** @throws NexusError credential_unreadable when it was altered, moved, or sealed with another master key */
  open(sealed: string, aad: string): string;
}

/**
 * Envelope encryption: each text gets a key of its own, and the master key only wraps that one. A new master key
 * therefore re-wraps 60 bytes a record and never touches the secrets themselves.
 *
 * The sealed text is base64url of: version (1 byte), id of the master key (8), the wrapped key and the encrypted
 * text, each as IV (12), ciphertext, tag (16).
 */
export function createSealer(masterKey: Buffer): Sealer {
  if (masterKey.length !== KEY_BYTES) throw new NexusError("internal", "the master key must have 32 bytes");
  const keyId = createHmac("sha256", masterKey).update("nexus master key id").digest().subarray(0, KEY_ID_BYTES);
  const head = Buffer.concat([Buffer.from([VERSION]), keyId]);

  return {
    seal(plain, aad) {
      const dataKey = randomBytes(KEY_BYTES);
      const wrapped = lock(masterKey, dataKey, head, aad);
      const body = lock(dataKey, Buffer.from(plain, "utf8"), head, aad);
      return Buffer.concat([head, wrapped, body]).toString("base64url");
    },
    open(sealed, aad) {
      const bytes = Buffer.from(sealed, "base64url");
      // Decoding forgives stray characters; comparing the way back does not.
      if (bytes.toString("base64url") !== sealed || bytes.length < HEAD_BYTES + WRAPPED_KEY_BYTES + BOX_OVERHEAD) {
        throw unreadable("it is not sealed text");
      }
      if (bytes[0] !== VERSION) throw unreadable(`its version is ${bytes[0]}, not ${VERSION}`);
      if (!bytes.subarray(1, HEAD_BYTES).equals(keyId)) throw unreadable("it was sealed with another master key");
      const wrapped = bytes.subarray(HEAD_BYTES, HEAD_BYTES + WRAPPED_KEY_BYTES);
      const dataKey = unlock(masterKey, wrapped, head, aad);
      return unlock(dataKey, bytes.subarray(HEAD_BYTES + WRAPPED_KEY_BYTES), head, aad).toString("utf8");
    },
  };
}

function lock(key: Buffer, plain: Buffer, head: Buffer, aad: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([head, Buffer.from(aad, "utf8")]));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function unlock(key: Buffer, box: Buffer, head: Buffer, aad: string): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([head, Buffer.from(aad, "utf8")]));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw unreadable("it was altered, or it belongs elsewhere", cause);
  }
}

function unreadable(why: string, cause?: unknown): NexusError {
  return new NexusError("credential_unreadable", `a sealed value cannot be opened: ${why}`, { cause });
}

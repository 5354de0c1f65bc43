import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

/** A new key to sign an index with, and what its readers put into their settings. */
export function newIndexKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicPartOf(privateKey),
  };
}

/** Signs the exact bytes of an index with a PKCS #8 key in PEM. @throws when it is no Ed25519 key */
export function signIndex(
  text: string,
  privateKey: string,
): { readonly signature: string; readonly publicKey: string } {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError(`a ${key.asymmetricKeyType ?? "strange"} key`);
  return { signature: sign(null, Buffer.from(text), key).toString("base64url"), publicKey: publicPartOf(key) };
}

/** Whether a public key, Base64url of its 32 bytes, signed exactly this text. */
export function isSignedBy(text: string, signature: string, publicKey: string): boolean {
  const bytes = Buffer.from(signature.trim(), "base64url");
  if (bytes.length !== SIGNATURE_BYTES) return false;
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
    return verify(null, Buffer.from(text), key, bytes);
  } catch {
    return false; // no key at all
  }
}

const SIGNATURE_BYTES = 64;

function publicPartOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: "jwk" }).x ?? "";
}

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "#core/contract/canonical-json.ts";
import { NexusError } from "#core/contract/errors.ts";
import { Json } from "#core/contract/json.ts";
import { Platform } from "#core/contract/message.ts";
import { MovedModule } from "./org-modules.ts";

const Payload = z.strictObject({
  format: z.literal("nexus.org/1"),
  /** The version of NEXUS that made it. */
  nexus: z.string(),
  exportedAt: z.iso.datetime(),
  tenants: z.array(z.strictObject({ platform: Platform, tenantId: z.string().min(1) })),
  sections: z.record(z.string(), z.record(z.string(), Json)),
  /** Names of the credentials it works with; their values are nowhere in it. */
  credentials: z.array(z.string()),
  /** Modules that were installed there; absent when none were. */
  modules: z.array(MovedModule).max(500).exactOptional(),
});
/** An org's configuration as it is exported. */
export type OrgPayload = z.infer<typeof Payload>;

const Signed = z.strictObject({
  payload: z.unknown(),
  signature: z.strictObject({ alg: z.literal("Ed25519"), publicKey: z.string(), value: z.string() }),
});

/** A file that was read, and who signed it. */
export interface OpenedOrgFile {
  readonly payload: OrgPayload;
  /** SHA-256 of the public key, in groups, to be compared by eye with what the other side shows. */
  readonly fingerprint: string;
}

/** The key an org file is signed with. @param seed 32 bytes */
export function signingKey(seed: Buffer): KeyObject {
  // PKCS #8 of an Ed25519 key is this and the seed: RFC 8410 section 7.
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** The fingerprint of what a key signs. */
export function fingerprintOf(key: KeyObject): string {
  return fingerprint(createPublicKey(key));
}

/** Writes an org's configuration as one signed text, in one spelling. */
export function writeOrgFile(payload: OrgPayload, key: KeyObject): string {
  const value = sign(null, Buffer.from(canonicalJson(payload)), key).toString("base64");
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64");
  return `${canonicalJson({ payload, signature: { alg: "Ed25519", publicKey, value } })}\n`;
}

/**
 * Reads one. Every byte counts: a space more is another file than the one that was signed.
 * @throws NexusError import_invalid when it is none, was changed, or is of a version this NEXUS does not know
 */
export function readOrgFile(text: string): OpenedOrgFile {
  const file = Signed.safeParse(parse(text));
  if (!file.success) throw invalid("it is not an export of NEXUS", file.error);
  const { payload, signature } = file.data;
  const raw = Json.safeParse(payload);
  if (!raw.success || canonicalJson({ payload: raw.data, signature }) !== text.trimEnd()) {
    throw invalid("it is not spelt as it was exported");
  }
  const key = publicKeyOf(signature.publicKey);
  if (!verify(null, Buffer.from(canonicalJson(raw.data)), key, Buffer.from(signature.value, "base64"))) {
    throw invalid("its signature does not fit: it was changed after it was exported");
  }
  const read = Payload.safeParse(raw.data);
  if (!read.success) throw invalid("it is of a version this NEXUS does not know", read.error);
  return { payload: read.data, fingerprint: fingerprint(key) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function publicKeyOf(text: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw invalid("its key cannot be read", cause);
  }
  throw invalid("its key is of another kind");
}

function fingerprint(key: KeyObject): string {
  const digest = createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
  return (digest.slice(0, 32).match(/.{4}/g) ?? []).join("-");
}

function invalid(why: string, cause?: unknown): NexusError {
  return new NexusError("import_invalid", `an org file cannot be imported: ${why}`, {
    cause,
    say: `The file cannot be imported: ${why}.`,
  });
}

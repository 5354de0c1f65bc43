import { z } from "zod";
import { ModuleName, Sha256 } from "#core/contract/ids.ts";
import { Effect } from "#core/contract/manifest.ts";

/** The version of the index format. */
export const MODULE_INDEX_SCHEMA_ID = "urn:nexus:module-index:1";
/** What an index is made of, beside the packs it names. */
export const INDEX_FILE = "index.json";
/** The Ed25519 signature over the exact bytes of `index.json`; JSON, since web servers send that as data. */
export const SIGNATURE_FILE = "index.signature.json";

/** Who wrote a module: a person, the builder from an API's description, or a model. */
export const Written = z.enum(["hand", "builder", "model"]);
export type Written = z.infer<typeof Written>;

const line = (most: number) => z.string().min(1).max(most);

/** One version, as `index.json` names it. */
export const IndexVersion = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  sha256: Sha256,
  title: line(60),
  description: line(300),
  /** What people may ask of it, for the search. */
  asks: z.array(z.string().max(200)).max(60),
  written: Written,
  hosts: z.array(z.string().max(253)).max(8),
  effects: z.array(Effect),
});
export type IndexVersion = z.infer<typeof IndexVersion>;

/** `index.json`: every module and version an index offers, and every bundle it has taken back. */
export const IndexFile = z.strictObject({
  schema: z.literal(MODULE_INDEX_SCHEMA_ID),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, "small letters, digits and dashes, 30 at most"),
  /** Grows with every change, so that nobody can show an older index for the present one. */
  serial: z.int().min(1),
  modules: z.record(ModuleName, z.array(IndexVersion).min(1).max(500)),
  revoked: z.record(Sha256, line(300)),
});
export type IndexFile = z.infer<typeof IndexFile>;

const SignatureFile = z.strictObject({ signature: z.base64url() });

/** The text of a signature file. */
export function writeSignature(signature: string): string {
  return `${JSON.stringify({ signature })}\n`;
}

/** The signature in a signature file, undefined when there is none. */
export function readSignature(text: string): string | undefined {
  return SignatureFile.safeParse(parse(text)).data?.signature;
}

/** Where the bytes of one bundle are, below the index. */
export function packPath(sha256: Sha256): string {
  return `packs/${sha256}.json`;
}

/** A bundle as an index keeps it: each file as text where it is UTF-8, else as Base64. Readable in a repository's history. */
const PackFile = z.strictObject({
  files: z.record(z.string().max(200), z.union([z.string(), z.strictObject({ base64: z.base64() })])),
});

/** A bundle as the text of its pack file. */
export function writePack(entries: ReadonlyMap<string, Uint8Array>): string {
  const files = [...entries]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, bytes]) => [path, textOf(bytes) ?? { base64: Buffer.from(bytes).toString("base64") }]);
  return `${JSON.stringify({ files: Object.fromEntries(files) }, undefined, 1)}\n`;
}

/** The files of a pack; undefined when it is none. Whether they are the right ones only their digest says. */
export function readPackFile(text: string): Map<string, Uint8Array> | undefined {
  const read = PackFile.safeParse(parse(text));
  if (!read.success) return undefined;
  const { files } = read.data;
  return new Map(
    Object.entries(files).map(([path, file]) => [
      path,
      typeof file === "string" ? Buffer.from(file) : Buffer.from(file.base64, "base64"),
    ]),
  );
}

/** The text of an index as it is, undefined when it is no index of this version. */
export function readIndexFile(text: string): IndexFile | undefined {
  return IndexFile.safeParse(parse(text)).data;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

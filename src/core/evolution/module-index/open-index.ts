import { z } from "zod";
import { digestEntries } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Sha256 } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";
import {
  INDEX_FILE,
  type IndexFile,
  packPath,
  readIndexFile,
  readPackFile,
  readSignature,
  SIGNATURE_FILE,
} from "./index-file.ts";
import { isSignedBy } from "./index-key.ts";
import type { IndexSource } from "./index-source.ts";

/** One index of the settings, whose word counts when its key has signed it. */
export interface OpenIndex {
  readonly name: string;
  /** Whose signature it carries. */
  readonly signer: string;
  /**
   * The index as it is now, or was a few minutes ago.
   * @throws NexusError index_unavailable | index_untrusted
   */
  file(signal: AbortSignal): Promise<IndexFile>;
  /** What it took back when it was last read, in this life of NEXUS or one before. */
  lastRevoked(): Promise<Readonly<Record<string, string>>>;
  /** @throws NexusError index_unavailable | index_untrusted when its bytes are not those that were signed for */
  entries(sha256: Sha256, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** What is remembered of an index between starts. */
const Remembered = z.object({ serial: z.int(), revoked: z.record(z.string(), z.string()) });

/** Opens an index. `memory` keeps how far it had come, so that an older one is noticed though it is signed as well. */
export function openIndex(
  { name, key, source }: { readonly name: string; readonly key: string; readonly source: IndexSource },
  deps: {
    readonly memory: { get(key: string): Promise<string | undefined>; set(key: string, value: string): Promise<void> };
    readonly clock: Clock;
  },
): OpenIndex {
  const { memory, clock } = deps;
  const place = `module-index:${name}:${key}`;
  let held: { readonly file: IndexFile; readonly until: number } | undefined;

  const remembered = async (): Promise<z.infer<typeof Remembered>> => {
    const text = await memory.get(place);
    return text === undefined ? { serial: 0, revoked: {} } : Remembered.parse(JSON.parse(text));
  };
  const untrusted = (why: string): NexusError =>
    new NexusError("index_untrusted", `${name}: ${why}`, {
      say: `The module index ${name} cannot be trusted: ${why}.`,
    });

  return {
    name,
    signer: key,
    async file(signal) {
      if (held !== undefined && clock().getTime() < held.until) return held.file;
      const text = await source.read(INDEX_FILE, signal);
      const signature = readSignature(await source.read(SIGNATURE_FILE, signal));
      if (signature === undefined || !isSignedBy(text, signature, key))
        throw untrusted("it is not signed with its key");
      const file = readIndexFile(text);
      if (file === undefined) throw untrusted("what is signed is no index that I can read");
      const before = await remembered();
      if (file.serial < before.serial)
        throw untrusted(`it is older than it was: ${file.serial} after ${before.serial}`);
      if (file.serial > before.serial) {
        await memory.set(place, JSON.stringify({ serial: file.serial, revoked: file.revoked }));
      }
      held = { file, until: clock().getTime() + FRESH_MS };
      return file;
    },
    lastRevoked: async () => (await remembered()).revoked,
    async entries(sha256, signal) {
      const entries = readPackFile(await source.read(packPath(sha256), signal));
      if (entries === undefined) throw untrusted(`${packPath(sha256)} is no pack`);
      if (digestEntries(entries) !== sha256)
        throw untrusted(`${packPath(sha256)} holds other bytes than were signed for`);
      return entries;
    },
  };
}

const FRESH_MS = 5 * 60_000;

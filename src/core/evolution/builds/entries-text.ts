import { z } from "zod";
import type { BundleEntries } from "#core/contract/bundle.ts";

const Entries = z.record(z.string(), z.base64());

/** A module's files as one text, byte for byte, so that a build that is taken up again goes on from the same. */
export function entriesToText(entries: BundleEntries): string {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    Object.fromEntries(sorted.map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")])),
  );
}

/** The files of such a text. @throws when it is none */
export function entriesFromText(text: string): BundleEntries {
  const entries = Entries.parse(JSON.parse(text));
  return new Map(
    Object.entries(entries).map(([path, base64]) => [path, new Uint8Array(Buffer.from(base64, "base64"))]),
  );
}

/** The files as people read them; what is no text is named by its size. */
export function entriesAsRead(entries: BundleEntries): ReadonlyMap<string, string> {
  return new Map([...entries].map(([path, bytes]) => [path, asRead(bytes)]));
}

function asRead(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `(${bytes.length} bytes that are no text)`;
  }
}

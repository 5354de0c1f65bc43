import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const SCRIPT = fileURLToPath(new URL("hash-corpus.ts", import.meta.url));

/** The digests of what another process writes from the same documents, by name. */
export async function hashesApart(
  folder: string,
  most: number,
  need: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const args = [SCRIPT, folder, String(most), ...(need === undefined ? [] : [need])];
  // Another time zone, language and seed of hash tables: none of them may matter.
  const env = { TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8" };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env });
  const [said] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(said))));
}

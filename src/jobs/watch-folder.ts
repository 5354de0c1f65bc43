import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, extname } from "node:path";
import { watch } from "chokidar";
import type { Log } from "#core/contract/ports.ts";

export interface DroppedFile {
  readonly path: string;
  readonly name: string;
  /** Of the bytes: the same export dropped twice is the same file. */
  readonly sha256: string;
}

export interface FolderWatchOptions {
  readonly folder: string;
  /** Lower-case endings to look at, with the dot. */
  readonly extensions: readonly string[];
  /** How long a file must stop growing before it is read, ms. */
  readonly settleMs: number;
  readonly onFile: (file: DroppedFile) => Promise<void>;
}

/** Reports every file that appears in a folder, once it is whole. What was there before NEXUS started counts too. */
export async function startFolderWatch(options: FolderWatchOptions, log: Log): Promise<AsyncDisposable> {
  const watcher = watch(options.folder, {
    depth: 0,
    followSymlinks: false,
    awaitWriteFinish: { stabilityThreshold: options.settleMs, pollInterval: Math.ceil(options.settleMs / 4) },
  });
  const look = async (path: string): Promise<void> => {
    if (!options.extensions.includes(extname(path).toLowerCase())) return;
    try {
      await options.onFile({ path, name: basename(path), sha256: await digest(path) });
    } catch (err) {
      log.warn({ err, file: basename(path) }, "a dropped file could not be taken");
    }
  };
  watcher.on("add", (path) => void look(path));
  watcher.on("change", (path) => void look(path));
  watcher.on("error", (err) => log.warn({ err }, "folder watch has trouble"));
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  return { [Symbol.asyncDispose]: () => watcher.close() };
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

import { type Stats, statSync } from "node:fs";
import { extname } from "node:path";
import type { FSWatcher } from "chokidar";
import type { Log } from "#core/contract/ports.ts";
import { type DroppedFile, lookAtFile } from "./dropped-file.ts";

export type { DroppedFile } from "./dropped-file.ts";

export interface FolderWatchOptions {
  readonly folder: string;
  /** Lower-case endings to look at, with the dot. */
  readonly extensions: readonly string[];
  /** How long a file must stop growing before it is read, ms. */
  readonly settleMs: number;
  /** Larger files are left alone. */
  readonly maxBytes?: number;
  /** Looks again and again instead of waiting to be told: for network drives. */
  readonly polling?: boolean;
  /** How often it is looked whether the folder is there, and what could not be taken is tried again; ms. */
  readonly checkMs?: number;
  readonly onFile: (file: DroppedFile) => Promise<void>;
}

/** How a folder does. */
export interface FolderState {
  readonly isThere: boolean;
  /** Files that wait to be taken, or could not be. */
  readonly waiting: number;
  readonly tooLarge: number;
}

/** A folder that is being watched. */
export interface FolderWatch extends AsyncDisposable {
  state(): FolderState;
}

/**
 * Reports every file that appears in a folder, once it is whole, a few at a time. What was there before NEXUS started
 * counts too; links are not followed. A folder that goes away is waited for, and a file that nobody could take is
 * offered again.
 */
export async function startFolderWatch(options: FolderWatchOptions, log: Log): Promise<FolderWatch> {
  const { folder, extensions, settleMs, maxBytes = Infinity, polling = false, checkMs = CHECK_MS } = options;
  // Loaded with the first folder: most have none.
  const { watch } = await import("chokidar");
  const waiting = new Set<string>();
  const failed = new Set<string>();
  const tooLarge = new Set<string>();
  const running = new Set<Promise<void>>();
  let watcher: FSWatcher | undefined;
  let isEnding = false;

  const isWanted = (path: string): boolean => extensions.includes(extname(path).toLowerCase());

  const take = async (path: string): Promise<void> => {
    try {
      const looked = await lookAtFile(path, maxBytes);
      failed.delete(path);
      if (looked.is === "too_large" && !tooLarge.has(path)) {
        log.warn({ file: path, maxBytes }, "a dropped file is too large, and is left alone");
      }
      if (looked.is === "too_large") tooLarge.add(path);
      else tooLarge.delete(path);
      if (looked.is === "whole") await options.onFile(looked.file);
    } catch (err) {
      if (!failed.has(path)) log.warn({ err, file: path }, "a dropped file could not be taken");
      failed.add(path);
    }
  };
  const next = (): void => {
    for (const path of waiting) {
      if (isEnding || running.size >= AT_ONCE) return;
      waiting.delete(path);
      const work = take(path).finally(() => {
        running.delete(work);
        next();
      });
      running.add(work);
    }
  };
  const offer = (path: string): void => {
    if (!isWanted(path)) return;
    waiting.add(path);
    next();
  };
  const forget = (path: string): void => {
    for (const set of [waiting, failed, tooLarge]) set.delete(path);
  };

  const open = async (): Promise<FSWatcher> => {
    const opened = watch(folder, {
      depth: 0,
      followSymlinks: false,
      usePolling: polling,
      interval: POLL_MS,
      // What is no file of these endings is not even listened to: a folder may have thousands of others.
      ignored: (path: string, stats?: Stats) => path !== folder && stats?.isDirectory() !== true && !isWanted(path),
      awaitWriteFinish: { stabilityThreshold: settleMs, pollInterval: Math.ceil(settleMs / 4) },
    });
    opened.on("add", offer);
    opened.on("change", offer);
    opened.on("unlink", forget);
    opened.on("error", (err) => log.warn({ err, folder }, "folder watch has trouble"));
    await new Promise<void>((resolve) => opened.once("ready", resolve));
    return opened;
  };

  const check = async (): Promise<void> => {
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (!isThere && watcher !== undefined) {
      const gone = watcher;
      watcher = undefined;
      log.warn({ folder }, "a watched folder has gone away, and is waited for");
      await gone.close();
    } else if (isThere && watcher === undefined) {
      watcher = await open();
      log.info({ folder }, "a watched folder is back");
    }
    for (const path of failed) offer(path);
  };

  watcher = await open();
  let checking: Promise<void> | undefined;
  const timer = setInterval(() => {
    checking ??= check()
      .catch((err: unknown) => log.warn({ err, folder }, "a watched folder could not be looked at"))
      .finally(() => {
        checking = undefined;
      });
  }, checkMs);
  timer.unref();

  return {
    state: () => ({
      isThere: watcher !== undefined,
      waiting: waiting.size + running.size + failed.size,
      tooLarge: tooLarge.size,
    }),
    async [Symbol.asyncDispose]() {
      isEnding = true;
      clearInterval(timer);
      await checking;
      await watcher?.close();
      await Promise.all(running);
    },
  };
}

const AT_ONCE = 4;
const CHECK_MS = 5_000;
const POLL_MS = 2_000;

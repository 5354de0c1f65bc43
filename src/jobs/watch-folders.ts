import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { StatusLine } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Json } from "#core/contract/json.ts";
import type { Log } from "#core/contract/ports.ts";
import { type DroppedFile, readDroppedFile } from "./dropped-file.ts";
import { type FolderWatch, startFolderWatch } from "./watch-folder.ts";

/** A folder to be watched, and how it came to be. */
export interface FolderWanted {
  readonly path: string;
  /** As the settings call it, for whoever is told that it is not there. */
  readonly setting: string;
  readonly endings: readonly string[];
  readonly maxMib: number;
  readonly polling: boolean;
}

export interface FoldersOptions<Folder extends FolderWanted> {
  readonly folders: readonly Folder[];
  /** Hands a file on. @param key the same for the same bytes in the same place */
  readonly hand: (folder: Folder, file: DroppedFile, key: string) => Promise<void>;
  /** What was handed on before, over restarts. */
  readonly memory: { get(key: string): Promise<Json | undefined>; set(key: string, value: Json): Promise<void> };
  readonly settleMs?: number;
  readonly checkMs?: number;
}

/** The folders that are being watched. */
export interface Folders extends AsyncDisposable {
  status(): StatusLine[];
}

/** Refuses folders that are not there. @throws NexusError config_invalid */
export function requireFolders(folders: readonly FolderWanted[]): void {
  for (const { path, setting } of folders) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) continue;
    throw new NexusError("config_invalid", `watch folder ${path}`, {
      say: `${setting} is “${path}”, which is not a folder.`,
      hint: "Make the folder, or name another, and start again.",
    });
  }
}

/** Reads files of watched folders, and of no other place. @throws NexusError file_unreadable | file_too_large */
export function droppedReader(folders: readonly Pick<FolderWanted, "path">[]) {
  return async (path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> => {
    if (!folders.some((folder) => dirname(path) === folder.path)) {
      throw new NexusError("file_unreadable", `${path} lies in no watched folder`);
    }
    return readDroppedFile(path, maxBytes, signal);
  };
}

/**
 * Watches some folders and hands on each file once: the same bytes in the same place are not handed on again, however
 * often NEXUS starts.
 */
export async function startFolders<Folder extends FolderWanted>(
  { folders, hand, memory, settleMs = SETTLE_MS, checkMs }: FoldersOptions<Folder>,
  log: Log,
): Promise<Folders> {
  await using stack = new AsyncDisposableStack();
  const open: { readonly folder: Folder; readonly watch: FolderWatch }[] = [];
  for (const folder of folders) {
    const handed = await recall(memory, folder.path, log);
    const watch = await startFolderWatch(
      {
        folder: folder.path,
        extensions: folder.endings,
        settleMs,
        polling: folder.polling,
        maxBytes: folder.maxMib * 1_048_576,
        ...(checkMs !== undefined && { checkMs }),
        async onFile(file) {
          const key = createHash("sha256").update(file.path).update(file.sha256).digest("hex");
          if (handed.has(key)) return;
          await hand(folder, file, key);
          await handed.add(key);
        },
      },
      log,
    );
    stack.use(watch);
    open.push({ folder, watch });
  }
  const held = stack.move();
  return {
    status: () => open.map(({ folder, watch }) => lineOf(folder, watch)),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function lineOf({ path, endings }: FolderWanted, watch: FolderWatch): StatusLine {
  const { isThere, waiting, tooLarge } = watch.state();
  if (!isThere) return { state: "failing", name: "folder", detail: `${path} is not there; it is waited for` };
  const notes = [
    endings.join(", "),
    ...(waiting > 0 ? [`${waiting} to be taken`] : []),
    ...(tooLarge > 0 ? [`${tooLarge} too large, left alone`] : []),
  ];
  return { state: "ready", name: "folder", detail: `${path}: ${notes.join("; ")}` };
}

/** What a folder has handed on, the newest last. Several at once are written down together. */
async function recall(
  memory: FoldersOptions<FolderWanted>["memory"],
  path: string,
  log: Log,
): Promise<{ has(key: string): boolean; add(key: string): Promise<void> }> {
  const name = `folder.handed.${createHash("sha256").update(path).digest("hex").slice(0, 16)}`;
  const keys = new Set(z.array(z.string()).safeParse(await memory.get(name)).data);
  let writing: Promise<void> | undefined;
  let isStale = false;
  const write = async (): Promise<void> => {
    while (isStale) {
      isStale = false;
      await memory.set(name, [...keys].slice(-MOST_REMEMBERED));
    }
  };
  return {
    has: (key) => keys.has(key.slice(0, KEY_LENGTH)),
    async add(key) {
      keys.add(key.slice(0, KEY_LENGTH));
      isStale = true;
      // The inbox knows it for a week too: what cannot be written down is no reason to hand it on again.
      writing ??= write()
        .catch((err: unknown) => log.warn({ err, path }, "what was handed on could not be written down"))
        .finally(() => {
          writing = undefined;
        });
      await writing;
    },
  };
}

const SETTLE_MS = 1_000;
const MOST_REMEMBERED = 5_000;
/** Enough to tell files apart, and a fifth of the room. */
const KEY_LENGTH = 22;

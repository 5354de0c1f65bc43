import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { cleanLine } from "#bot/clean-text.ts";
import type { Clock } from "#core/contract/ports.ts";

/** Pictures can be drawn again; what a person asked for as a file stays. */
const KEPT_PICTURES = 200;
const PICTURE_PREFIX = "chart-";

export interface OutFolder {
  /** Saves a file under its own name, or the next free one, and says where. The same content is not saved twice. */
  save(name: string, content: string | Uint8Array): Promise<string>;
  /** Saves a picture under its time and title; the oldest beyond 200 go. */
  savePicture(title: string, png: Uint8Array): Promise<string>;
}

/** The folder where the console puts what a terminal cannot show. Only its owner can read it. */
export function createOutFolder(dir: string, clock: Clock): OutFolder {
  const save = async (name: string, content: string | Uint8Array): Promise<string> => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const safe = safeName(name);
    const extension = extname(safe);
    const stem = safe.slice(0, safe.length - extension.length);
    for (let copy = 1; ; copy += 1) {
      const path = join(dir, copy === 1 ? safe : `${stem}-${copy}${extension}`);
      if (await tryWrite(path, content)) return path;
    }
  };

  return {
    save,
    async savePicture(title, png) {
      const slug = title
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .slice(0, 40)
        .replaceAll(/^-|-$/g, "");
      const path = await save(`${PICTURE_PREFIX}${stampOf(clock())}-${slug === "" ? "picture" : slug}.png`, png);
      const pictures = (await readdir(dir)).filter((name) => name.startsWith(PICTURE_PREFIX)).sort();
      for (const old of pictures.slice(0, -KEPT_PICTURES)) await rm(join(dir, old), { force: true });
      return path;
    },
  };
}

/** `20261120-103005`, in UTC: names sort by time, whatever the zone does. */
function stampOf(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}

/** True when the content is at `path`, written now or before; false when something else is. */
async function tryWrite(path: string, content: string | Uint8Array): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const there = await readFile(path).catch(() => undefined);
    return there !== undefined && Buffer.from(content).equals(there);
  }
}

/** A file name and nothing else: no folders, no hidden files, no characters that some disk refuses. */
function safeName(name: string): string {
  const safe = cleanLine(name)
    .replaceAll(/[/\\:*?"<>|]/g, "_")
    .replace(/^[.\s]+/, "");
  return safe === "" ? "file.txt" : Array.from(safe).slice(-100).join("");
}

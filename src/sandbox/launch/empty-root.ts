import { lstatSync, readlinkSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { WORKING_FOLDER } from "./node-command.ts";
import type { Program } from "./program.ts";

/** Where shared libraries are. */
const LIBRARIES = ["/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/local/lib"];

/** In the process's own view of the disk, what is mounted here becomes its root. */
export const NEW_ROOT = WORKING_FOLDER;

/**
 * Lines of a shell script that build a root in memory with nothing in it but what a program needs to start: the system's
 * libraries, Node, the tool that gives privileges up and the program's own libraries, none of them writable. Code that
 * has broken out of V8, and so of Node's permissions, finds no file of ours there, and no `/proc`.
 */
export function emptyRootScript(program: Program, tools: { readonly mount: string; readonly setpriv: string }): string {
  const links: string[] = [];
  const folders: string[] = [WORKING_FOLDER];
  const files: string[] = [];
  for (const path of [...LIBRARIES, process.execPath, tools.setpriv, ...program.readable]) {
    const kind = kindOf(path);
    if (kind === "link" && LIBRARIES.includes(path)) links.push(path);
    else if (kind === "folder") folders.push(path);
    else if (kind === "file") files.push(path);
  }
  const inRoot = (path: string): string => quote(`${NEW_ROOT}${path}`);
  const parents = [...files, ...links].map((path) => dirname(path));
  const bindings = [...folders.slice(1), ...files].map(
    (path) => `${field(path)} ${field(`${NEW_ROOT}${path}`)} none rbind,ro,nosuid,nodev 0 0`,
  );
  return [
    `${tools.mount} -n -t tmpfs -o size=64k,nr_inodes=512,mode=0755,nosuid,nodev none ${quote(NEW_ROOT)}`,
    `mkdir -p ${[...new Set([...folders, ...parents])].map(inRoot).join(" ")}`,
    ...links.map((path) => `ln -s ${quote(readlinkSync(path))} ${inRoot(path)}`),
    ...files.map((path) => `: > ${inRoot(path)}`),
    // All in one go: each mount of its own takes another millisecond.
    `printf '%s\\n' ${bindings.map(quote).join(" ")} > ${inRoot("/fstab")}`,
    `${tools.mount} -n -a -T ${inRoot("/fstab")}`,
    `${tools.mount} -n -o remount,ro ${quote(NEW_ROOT)}`,
  ].join("\n");
}

function kindOf(path: string): "link" | "folder" | "file" | "none" {
  try {
    if (lstatSync(path).isSymbolicLink() && LIBRARIES.includes(path)) return "link";
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return "none";
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A path as `fstab(5)` writes it. */
function field(path: string): string {
  return path.replaceAll(/[\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

import type { ModuleHost } from "#core/contract/sandbox.ts";
import { quoted } from "./visible-text.ts";

/** The files of one run, in memory, under the rules of a real one. */
export interface ScriptedFiles extends Pick<ModuleHost, "fileList" | "fileRead" | "fileWrite" | "fileRemove"> {
  /** The module's own files as it leaves them. */
  own(): ReadonlyMap<string, string>;
  /** What it tried that would have ended a real run. */
  problem(): string | undefined;
}

const OWN_PATH = /^(?!input\/|bundle\/)[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/;
const MAX_CHANGES = 100;

/** @param files the module's own files, and what came with the message under `input/` */
export function createScriptedFiles(deps: {
  readonly files: Readonly<Record<string, string>>;
  readonly bundle: ReadonlyMap<string, string>;
  readonly fileBytes: number;
}): ScriptedFiles {
  const own = new Map(Object.entries(deps.files).filter(([path]) => !path.startsWith("input/")));
  const fixed = new Map(Object.entries(deps.files).filter(([path]) => path.startsWith("input/")));
  for (const [path, text] of deps.bundle) fixed.set(`bundle/${path}`, text);
  const changed = new Set<string>();
  let problem: string | undefined;

  const change = (path: string, text: string | undefined): void => {
    if (path.length > 200 || !OWN_PATH.test(path)) {
      problem ??= `it wrote the path ${quoted(path, 100)}, which is none of its own`;
    } else if (text !== undefined && Buffer.byteLength(text) > deps.fileBytes) {
      problem ??= `it wrote more than ${deps.fileBytes} bytes to ${quoted(path, 100)}`;
    } else if (changed.size >= MAX_CHANGES && !changed.has(path)) {
      problem ??= `it changed more than ${MAX_CHANGES} files in one call`;
    } else {
      changed.add(path);
      if (text === undefined) own.delete(path);
      else own.set(path, text);
    }
  };

  return {
    fileList: async (prefix) => [...fixed.keys(), ...own.keys()].filter((path) => path.startsWith(prefix)).sort(),
    fileRead: async (path) => fixed.get(path) ?? own.get(path),
    async fileWrite(path, text) {
      change(path, text);
    },
    async fileRemove(path) {
      change(path, undefined);
    },
    own: () => own,
    problem: () => problem,
  };
}

import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName, PersonId } from "#core/contract/ids.ts";
import type { FileChanges, Invocation } from "#core/contract/invocation.ts";
import type { ModuleHost } from "#core/contract/sandbox.ts";
import { decodeText } from "./decode-text.ts";

/** The part of the store that keeps modules' files. */
export interface ModuleFiles {
  list(module: ModuleName, person: PersonId, prefix: string): Promise<string[]>;
  read(module: ModuleName, person: PersonId, path: string): Promise<string | undefined>;
}

/** The files of one run: what came with the message, the bundle's, and the person's own with this run's changes on top. */
export interface RunFiles extends Pick<ModuleHost, "fileList" | "fileRead" | "fileWrite" | "fileRemove"> {
  /**
   * What the run wants changed, once it is over.
   * @throws NexusError file_too_large | module_resources when it tried to keep more than it may
   */
  result(): FileChanges;
}

const OWN_PATH = /^(?!input\/|bundle\/)[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/;
const MAX_CHANGES = 100;

/** Files as a run sees them. Nothing of it reaches the store: whoever asked for the run applies its result. */
export function createRunFiles(deps: {
  readonly files: ModuleFiles;
  readonly module: ModuleName;
  readonly person: PersonId;
  readonly input: ReadonlyMap<string, string>;
  readonly bundle: ReadonlyMap<string, string>;
  readonly fileBytes: number;
  readonly earlier: FileChanges | undefined;
}): RunFiles {
  const { files, module, person, earlier } = deps;
  const changes = new Map(earlier?.changes.map(({ path, text }) => [path, text]));
  const seen = new Map(earlier?.seen);
  let problem: NexusError | undefined;

  const change = (path: string, text: string | undefined): void => {
    if (path.length > 200 || !OWN_PATH.test(path)) {
      problem ??= new NexusError("module_failed", `${module} tried to write the path ${path.slice(0, 100)}`);
    } else if (text !== undefined && Buffer.byteLength(text) > deps.fileBytes) {
      problem ??= new NexusError(
        "file_too_large",
        `${module} tried to keep more than ${deps.fileBytes} bytes in a file`,
      );
    } else if (changes.size >= MAX_CHANGES && !changes.has(path)) {
      problem ??= new NexusError(
        "module_resources",
        `${module} tried to change more than ${MAX_CHANGES} files at once`,
      );
    } else changes.set(path, text);
  };

  return {
    async fileList(prefix) {
      const fixed = [
        ...[...deps.input.keys()].map((name) => `input/${name}`),
        ...[...deps.bundle.keys()].map((name) => `bundle/${name}`),
      ];
      const own = new Set(await files.list(module, person, prefix));
      for (const [path, text] of changes) {
        if (text === undefined) own.delete(path);
        else own.add(path);
      }
      return [...fixed, ...own].filter((path) => path.startsWith(prefix)).sort();
    },
    async fileRead(path) {
      if (path.startsWith("input/")) return deps.input.get(path.slice("input/".length));
      if (path.startsWith("bundle/")) return deps.bundle.get(path.slice("bundle/".length));
      if (changes.has(path)) return changes.get(path);
      const text = await files.read(module, person, path);
      seen.set(path, text);
      return text;
    },
    async fileWrite(path, text) {
      change(path, text);
    },
    async fileRemove(path) {
      change(path, undefined);
    },
    result() {
      if (problem !== undefined) throw problem;
      return { changes: [...changes].map(([path, text]) => ({ path, text })), seen };
    },
  };
}

/**
 * Reads the files that came with a message, as text.
 * @throws NexusError file_too_large | file_unreadable
 */
export async function readInputFiles(files: Invocation["files"], maxBytes: number): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { attachment, read } of files) {
    const { name } = attachment;
    const tooLarge = (): NexusError =>
      new NexusError("file_too_large", `${name} is larger than ${maxBytes} bytes`, {
        say: `“${name}” is larger than ${Math.floor(maxBytes / 1_048_576)} MB, the most I read here.`,
      });
    if ((attachment.bytes ?? 0) > maxBytes) throw tooLarge();
    const bytes = await read(maxBytes);
    if (bytes.length > maxBytes) throw tooLarge();
    texts.set(name, decodeText(bytes));
  }
  return texts;
}

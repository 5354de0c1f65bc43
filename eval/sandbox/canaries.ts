import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the main process puts a value that only this process's environment holds. */
export const CANARY_VARIABLE = "EVAL_SANDBOX_CANARY";

/** Values that strange code cannot know, and things it cannot change, unless it got out. */
export interface Canaries extends Disposable {
  /** The canaries that stand in a text. */
  foundIn(text: string): string[];
  /** What of this process, or of the file it left lying about, is not as it was. */
  changed(): string[];
}

/** Sets them: in the environment, in a file anybody may read, as a global, and in nothing but a closure. */
export function setCanaries(): Canaries {
  const closure = randomUUID();
  const global = randomUUID();
  const file = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), "nexus-canary-"));
  writeFileSync(join(folder, "canary"), file, { mode: 0o644 });
  Object.defineProperty(globalThis, "evalCanary", { value: global, configurable: true });
  const values: Readonly<Record<string, string>> = {
    "of the environment": process.env[CANARY_VARIABLE] ?? randomUUID(),
    "of a file": file,
    "of the global object": global,
    "of a closure of the host": closure,
    "of a folder's name": folder,
  };
  const before = shape();
  return {
    foundIn: (text) => Object.entries(values).flatMap(([where, value]) => (text.includes(value) ? [where] : [])),
    changed: () => {
      const now = shape();
      const differing = Object.keys(before).filter((part) => before[part] !== now[part]);
      const isFileWhole =
        readdirSync(folder).join() === "canary" && readFileSync(join(folder, "canary"), "utf8") === file;
      return [...differing, ...(isFileWhole ? [] : ["the canary's file"])];
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true });
    },
  };
}

/** What pollution would show on. */
function shape(): Record<string, string> {
  const roots = { Object, Array, Function, String, Number, Promise, Error, RegExp, Map, Set, JSON, Reflect, Math };
  const keys = (value: object): string => Reflect.ownKeys(value).map(String).sort().join();
  const shapes = Object.entries(roots).flatMap(([name, root]) => [
    [name, keys(root)],
    [`${name}.prototype`, "prototype" in root && root.prototype instanceof Object ? keys(root.prototype) : ""],
  ]);
  const world = [
    ["Object.prototype", keys(Object.prototype)],
    ["globalThis", keys(globalThis)],
    ["the working folder", process.cwd()],
    ["the environment", Object.keys(process.env).sort().join()],
  ];
  return Object.fromEntries([...shapes, ...world]);
}

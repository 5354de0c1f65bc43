import type { Snapshot } from "quickjs-wasi";
import type { Compiled } from "./compile-limited.ts";
import { type Library, type Machine, openMachine } from "./machine.ts";

/** The memory of a machine, and where in it things lie. */
export interface Image {
  readonly snapshot: Snapshot;
  /** What the frame is given to be heard outside. */
  readonly say: number;
  /** The functions of the frame. */
  readonly begin: number;
  readonly run: number;
  readonly answer: number;
  readonly take: number;
}

/** The same with a module in it, linked. */
export interface LinkedImage extends Image {
  /** Lets the module's files run. */
  readonly open: number;
  /** A promise, rejected when a file of the module throws while it is loaded. */
  readonly entry: number;
}

/** QuickJS with a limit to its memory. */
export interface LimitedQuickjs {
  readonly wasm: Compiled;
  readonly memoryMib: number;
}

/** Where a bundle's code begins. */
const BUNDLE_ENTRY = "module.ts";
const FRAME = "nexus:frame";
const FRAME_CODE = "export const run = globalThis.nexusRun; delete globalThis.nexusRun;";
const ENTRY = "nexus:entry";
const ENTRY_CODE = `import { run } from "${FRAME}"; import * as bundle from "./${BUNDLE_ENTRY}"; run(bundle);`;
/** The name the way out has on this side of it. */
const SAY = "nexusSay";
/** A name no module can guess: `await` in this file holds back every file of a module until the call. */
const GATE = `nexus:gate-${crypto.randomUUID()}`;
const GATE_CODE = "await new Promise((resolve) => { globalThis.nexusGate = resolve; });";

/**
 * Fences the language in. No code of a module has run. Once per process.
 * @param inside `inside.ts` as a script
 */
export async function fenceLanguage(library: Library, quickjs: LimitedQuickjs, inside: string): Promise<Image> {
  const { vm } = await openMachine(library, { ...quickjs, find: (_from, specifier) => specifier, read: () => "" });
  const open = vm.evalCode(inside, "nexus:inside").getProp("open");
  const frame = vm.callFunction(open, vm.undefined);
  const token = (name: string): number => vm.exportHandle(frame.getProp(name));
  const say = vm.newFunction(SAY, () => vm.undefined);
  const tokens = { begin: token("begin"), run: token("run"), answer: token("answer"), take: token("take") };
  return { ...tokens, say: vm.exportHandle(say), snapshot: vm.snapshot() };
}

/**
 * Links a module's files, once per bundle. None of its code has run: each call starts here.
 * @throws Error in words for whoever wrote the module
 */
export async function linkModule(
  library: Library,
  quickjs: LimitedQuickjs,
  fenced: Image,
  code: ReadonlyMap<string, string>,
): Promise<LinkedImage> {
  const own = new Map([[FRAME, FRAME_CODE]]).set(GATE, GATE_CODE);
  const { vm } = await openMachine(library, {
    ...quickjs,
    image: fenced.snapshot,
    find: (from, specifier) =>
      specifier === GATE || from === ENTRY ? findOwn(specifier) : findFile(code, from, specifier),
    read: (name) => own.get(name) ?? `${code.get(name) ?? ""}\nimport "${GATE}";`,
  });
  try {
    vm.setProp(vm.global, "nexusRun", vm.importHandle(fenced.run));
    const entry = vm.evalCode(ENTRY_CODE, ENTRY, library.EvalFlags.TYPE_MODULE);
    vm.executePendingJobs();
    const open = vm.global.getProp("nexusGate");
    vm.evalCode("delete globalThis.nexusGate", ENTRY);
    return { ...fenced, entry: vm.exportHandle(entry), open: vm.exportHandle(open), snapshot: vm.snapshot() };
  } catch (error) {
    // No code of the module has run: what was thrown is QuickJS's own error, or V8's.
    const place = error instanceof library.JSException ? /^\s*at (.+)$/m.exec(error.stack ?? "")?.[1] : undefined;
    const message = error instanceof Error ? error.message : "the module cannot be loaded";
    throw new Error(place === undefined ? message : `${message} [${place}]`, { cause: error });
  }
}

/** A machine for one call of what is in the image. `onSay` hears what leaves it. */
export async function openForCall(
  library: Library,
  quickjs: LimitedQuickjs,
  image: Image,
  onSay: (verb: string, id: number, text: string) => void,
): Promise<Machine> {
  const none: ReadonlyMap<string, string> = new Map();
  const find = (from: string, specifier: string): string => findFile(none, from, specifier);
  const machine = await openMachine(library, { ...quickjs, image: image.snapshot, find, read: () => "" });
  const { vm } = machine;
  vm.registerHostCallback(SAY, (verb, id, text) => {
    onSay(verb?.toString() ?? "", id?.toNumber() ?? 0, text?.toString() ?? "");
    return vm.undefined;
  });
  return machine;
}

/** What our own entry imports: the frame, the gate and where the bundle begins. */
function findOwn(specifier: string): string {
  return specifier === `./${BUNDLE_ENTRY}` ? BUNDLE_ENTRY : specifier;
}

/** The map is the only place looked in, by exact path: what is not the bundle's own has no way in. */
function findFile(code: ReadonlyMap<string, string>, from: string, specifier: string): string {
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  const path = folder + specifier.slice("./".length);
  if (specifier.startsWith("./") && code.has(path)) return path;
  throw new Error(`a module imports only its own files, and ${from} imports ${specifier.slice(0, 100)}`);
}

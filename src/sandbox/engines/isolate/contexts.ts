/** Opens isolates and contexts from one snapshot, each with the frame in it and a bundle linked behind the frame. */
import type ivm from "isolated-vm";

export interface Contexts {
  /** Without a handler for the heap's end, which could not run: V8 ends the process, and the signal tells the parent why. */
  openIsolate(memoryMib: number): ivm.Isolate;
  open(isolate: ivm.Isolate): Opened;
  /** Ahead of the call: compiling and linking run nothing, and take 1 ms for two dozen files. */
  link(isolate: ivm.Isolate, code: ReadonlyMap<string, string>, opened: Opened): Prepared;
}

/** A fresh, fenced context with the frame in it and nothing else. */
export interface Opened {
  readonly context: ivm.Context;
  readonly frame: ivm.Module;
  readonly begin: ivm.Reference;
  readonly answer: ivm.Reference;
  readonly take: ivm.Reference;
  /**
   * All that keeps the context in memory. Left to this process's own garbage collector, which seldom runs, a handle keeps
   * it for dozens of calls: the isolate fills, and takes 16 ms to dispose of.
   */
  readonly handles: { release(): void }[];
}

/** With the bundle linked behind the frame. No module code has run yet. */
export interface Prepared extends Opened {
  /** Evaluates the bundle's entry and calls it; or why it cannot be linked. */
  readonly entry: ivm.Module | Error;
}

const FRAME = "nexus:frame";
/** Where a bundle's code begins. */
const ENTRY = "module.ts";
const CALL = `import { run } from "${FRAME}"; import * as bundle from "${ENTRY}"; run(bundle);`;
const MAX_CACHED_FILES = 200;

/**
 * @param library isolated-vm, which only the script of a process can import
 * @param inside what runs in the snapshot, `inside.ts`: our own, and nothing else ever does
 */
export function createContexts(library: typeof ivm, inside: string): Contexts {
  const snapshot = library.Isolate.createSnapshot([{ code: inside, filename: "nexus:snapshot" }]);
  const openIsolate = (memoryMib: number): ivm.Isolate => new library.Isolate({ memoryLimit: memoryMib, snapshot });
  const openFrame = `export const { begin, run, answer, take } = nexusOpen(...${findGrown(openIsolate(8))});`;
  /** V8's own compilations, so that every context after the first costs less. By path and text. */
  const compilations = new Map<string, ivm.ExternalCopy<ArrayBuffer>>();

  const compile = (isolate: ivm.Isolate, path: string, code: string): ivm.Module => {
    const key = `${path}\n${code}`;
    const cachedData = compilations.get(key);
    const options = cachedData === undefined ? { produceCachedData: true } : { cachedData };
    const module = isolate.compileModuleSync(code, { filename: path, ...options });
    // Its declarations do not know of `cachedData`.
    const produced: unknown = Reflect.get(module, "cachedData");
    if (produced instanceof library.ExternalCopy && compilations.size < MAX_CACHED_FILES)
      compilations.set(key, produced);
    return module;
  };

  /** The call of the entry, with the files it imports, each once, as far as imports lead. None has run yet. */
  const linkEntry = (
    isolate: ivm.Isolate,
    code: ReadonlyMap<string, string>,
    { context, frame, handles }: Opened,
  ): ivm.Module => {
    const compiled = new Map<string, ivm.Module>();
    const paths = new Map<ivm.Module, string>();
    const file = (path: string, text: string): ivm.Module => {
      const known = compiled.get(path);
      if (known !== undefined) return known;
      const module = compile(isolate, path, text);
      handles.push(module);
      compiled.set(path, module);
      paths.set(module, path);
      return module;
    };
    const call = compile(isolate, "nexus:call", CALL);
    handles.push(call);
    call.instantiateSync(context, (specifier, referrer) => {
      const from = paths.get(referrer);
      if (from === undefined) return specifier === FRAME ? frame : file(ENTRY, code.get(ENTRY) ?? "");
      // The map is the only place looked in, by exact path: what is not the bundle's own has no way in.
      const path = from.slice(0, from.lastIndexOf("/") + 1) + specifier.slice("./".length);
      const text = specifier.startsWith("./") ? code.get(path) : undefined;
      if (text === undefined) {
        throw new Error(`a module imports only its own files, and ${from} imports ${specifier.slice(0, 100)}`);
      }
      return file(path, text);
    });
    return call;
  };

  return {
    openIsolate,
    open(isolate) {
      const context = isolate.createContextSync();
      const frame = compile(isolate, FRAME, openFrame);
      frame.instantiateSync(context, refuse);
      frame.evaluateSync();
      const { namespace } = frame;
      const exported = (name: string): ivm.Reference => namespace.getSync(name, { reference: true });
      const functions = { begin: exported("begin"), answer: exported("answer"), take: exported("take") };
      return { context, frame, ...functions, handles: [namespace, frame, ...Object.values(functions), context] };
    },
    link(isolate, code, opened) {
      try {
        return { ...opened, entry: linkEntry(isolate, code, opened) };
      } catch (error) {
        return { ...opened, entry: error instanceof Error ? error : new Error("the module cannot be loaded") };
      }
    },
  };
}

/** What V8 adds to the language in every context of this process, found out in one. */
function findGrown(isolate: ivm.Isolate): string {
  const grown: unknown = isolate.createContextSync().evalSync("nexusGrown()");
  isolate.dispose();
  return String(grown);
}

function refuse(): never {
  throw new Error("the frame imports nothing");
}

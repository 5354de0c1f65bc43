import type * as QuickJsLibrary from "quickjs-wasi";
import type { JSValueHandle, QuickJS, Snapshot } from "quickjs-wasi";
import type { Compiled } from "./compile-limited.ts";

/** quickjs-wasi, handed in: files of a fenced process that are not its script cannot import a library. */
export type Library = Pick<typeof QuickJsLibrary, "QuickJS" | "EvalFlags" | "Intrinsics" | "JSException">;

/** One QuickJS with a memory of its own. */
export interface Machine {
  readonly vm: QuickJS;
  /** Where the clock stands, ms since 1970. */
  nowMs: number;
  /** When its code is stopped, by `performance.now()`. */
  deadlineMs: number;
  /** Whether its code was stopped. */
  isLate: boolean;
  /** Whether it has taken all but a tenth of its memory, or more: what fails then fails for that. */
  isFull(): boolean;
}

/** How a machine is made. */
export interface MachineOptions {
  /** QuickJS itself, with its memory limited from outside. */
  readonly wasm: Compiled;
  /** Beyond this QuickJS says “out of memory”, which code may catch. */
  readonly memoryMib: number;
  /** The memory to start from. Left out, an empty one. */
  readonly image?: Snapshot;
  /** The name of what a file imports; it may throw. */
  readonly find: (from: string, specifier: string) => string;
  readonly read: (name: string) => string;
}

/** The part of a WebAssembly memory that is used here. */
interface Memory {
  readonly buffer: ArrayBuffer;
}

/**
 * QuickJS counts only its own stack, and V8's must not be used up first: an error of V8 leaves a broken memory. The
 * engine's flags make V8's large enough for all but its recursive parsers (source, JSON).
 */
const STACK_BYTES = 524_288;

/** WASI's word for a file that is not open. */
const BAD_FILE = 8;

/** Opens a machine: its clock stands still, it hears no noise and it writes nowhere. Takes 1 ms with an image. */
export async function openMachine(library: Library, options: MachineOptions): Promise<Machine> {
  const { QuickJS, Intrinsics } = library;
  let memory: Memory | undefined;
  const state = { nowMs: 0, deadlineMs: Number.POSITIVE_INFINITY, isLate: false };
  const settings = {
    wasm: options.wasm,
    memoryLimit: options.memoryMib * 1_048_576,
    maxStackSize: STACK_BYTES,
    timezoneOffset: 0,
    // Without these a module sees no performance, DOMException, atob or WeakRef, as in the other engine.
    intrinsics:
      Intrinsics.DATE |
      Intrinsics.EVAL |
      Intrinsics.REGEXP |
      Intrinsics.JSON |
      Intrinsics.PROXY |
      Intrinsics.MAP_SET |
      Intrinsics.TYPED_ARRAYS |
      Intrinsics.PROMISE |
      Intrinsics.BIG_INT,
    interruptHandler: () => (state.isLate ||= performance.now() > state.deadlineMs),
    moduleLoader: { normalize: quietly(options.find), load: quietly(options.read) },
    wasi: (itsMemory: Memory) => {
      memory = itsMemory;
      return {
        clock_time_get: (_clock: number, _precision: bigint, at: number) => {
          new DataView(itsMemory.buffer).setBigUint64(at, BigInt(state.nowMs) * 1_000_000n, true);
          return 0;
        },
        random_get: (at: number, length: number) => {
          new Uint8Array(itsMemory.buffer, at, length).fill(0);
          return 0;
        },
        fd_write: () => BAD_FILE,
      };
    },
  };
  const vm = await (options.image === undefined ? QuickJS.create(settings) : QuickJS.restore(options.image, settings));
  const isFull = (): boolean => (memory?.buffer.byteLength ?? 0) > 0.9 * settings.memoryLimit;
  return Object.assign(state, { vm, isFull });
}

/** The same function, whose errors carry no stack: the library would copy it, and our paths, to where modules see it. */
function quietly<A extends string[]>(act: (...args: A) => string): (...args: A) => string {
  return (...args) => {
    try {
      return act(...args);
    } catch (error) {
      const quiet = new Error(error instanceof Error ? error.message : "not found");
      quiet.stack = "";
      throw quiet;
    }
  };
}

/** A thrown value's own message and nothing else of it: no getter is run, no prototype asked. */
export function messageOf(thrown: JSValueHandle): string {
  if (thrown.isString) return thrown.toString().slice(0, 2000);
  const message = thrown.isObject && !thrown.isProxy ? thrown.getOwnPropertyDescriptor("message")?.value : undefined;
  return message?.isString === true
    ? message.toString().slice(0, 2000)
    : "the module threw something without a message";
}

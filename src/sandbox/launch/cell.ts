import type { Fence } from "#core/contract/validation.ts";
import type { Program } from "./program.ts";

/** How a fenced process came to its end. */
export type CellExit =
  | { readonly why: "exit"; readonly detail: string }
  /** It held more than it may, or V8 gave up on its heap. */
  | { readonly why: "memory" };

/** A fenced process, wherever it runs. Messages are JSON. */
export interface Cell {
  /** Resolves when the process is gone. Never rejects. */
  readonly exited: Promise<CellExit>;
  isAlive(): boolean;
  /** A process that has just died cannot be told anything; its exit is what the caller hears of. */
  send(message: unknown): void;
  /** What comes out of it is strange code's word. One listener. */
  onMessage(listener: (message: unknown) => void): void;
  /** From now on it is killed when it holds more; `undefined` takes the watch away. The peak starts anew. */
  limitMemory(capMib: number | undefined): void;
  /** The most it held since `limitMemory`, as far as was seen. */
  peakMib(): number;
  /** SIGKILL, at once. */
  kill(): void;
}

/** Starts fenced processes: on this machine, or through the runner service. */
export interface Launcher extends AsyncDisposable {
  /** Resolves when `fences` can be asked: at once here, when it has answered or cannot be reached for the service. */
  ready(): Promise<void>;
  /** What stands around a process it starts. */
  fences(program: Program): readonly Fence[];
  start(program: Program): Cell;
}

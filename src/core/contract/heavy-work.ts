/** Work that would hold up every answer if it were done where answers are made. */
export interface HeavyTask {
  /** For the log, and so that two of one name never run at once. */
  readonly name: string;
  /** What runs: a module that reads its order and answers as `core/contract/heavy-thread.ts` has it. */
  readonly program: URL;
  /** Plain data. */
  readonly order: unknown;
  /** When it is given up; ms. */
  readonly timeoutMs: number;
}

/** Does heavy work in a thread of its own that starts for it and ends with it. */
export interface HeavyWork {
  /**
   * @returns what the program answered, to be read by a schema
   * @throws NexusError of the program; internal when its thread ended without an answer, however often it was started
   */
  run(task: HeavyTask, signal: AbortSignal): Promise<unknown>;
}

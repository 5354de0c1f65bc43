import { Script } from "node:vm";

const GATE = "nexusStep";

/**
 * Runs one step of strange code and stops it in the middle of a loop when its time is up: also in a process whose parent
 * is gone, which nobody would end otherwise.
 * @throws whatever the step throws; see `isTimeUp`
 */
export function runWithin<Result>(milliseconds: number, step: () => Result): Result {
  let result: { readonly value: Result } | undefined;
  Reflect.set(globalThis, GATE, () => {
    result = { value: step() };
  });
  gate.runInThisContext({ timeout: Math.max(1, Math.ceil(milliseconds)) });
  if (result === undefined) throw new Error("the step did not run");
  return result.value;
}

/** Whether this was thrown because the time of `runWithin` was up. */
export function isTimeUp(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "code") === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

const gate = new Script(`${GATE}()`);

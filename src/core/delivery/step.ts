import { NexusError } from "#core/contract/errors.ts";
import type { Json } from "#core/contract/json.ts";
import type { Claim } from "#core/contract/queue.ts";
import type { Repositories } from "#core/store/store.ts";
import type { StepOptions, Turn } from "./turn.ts";

/** Makes `turn.step` for one claim. */
export function createStep(steps: Repositories["steps"], claim: Claim, signal: AbortSignal): Turn["step"] {
  const { org, turnId } = claim;
  return async <T extends Json>(
    name: string,
    options: StepOptions,
    run: (begin: () => Promise<void>) => Promise<T>,
  ): Promise<T> => {
    signal.throwIfAborted();
    const known = await steps.find(org, turnId, name);
    if (known?.state === "done") {
      const output: T = JSON.parse(known.outputJson);
      return output;
    }
    // An error of `run` leaves the record of its begin too: a request that failed half-way may have had its effect.
    if (known) throw new NexusError("step_uncertain", `step ${name} of turn ${turnId} was begun and not finished`);
    let begun: Promise<void> | undefined;
    const begin = (): Promise<void> => (begun ??= steps.start(org, turnId, name));
    if (!options.repeatable && options.begins !== "when_said") await begin();
    const output = await run(begin);
    await steps.finish(org, turnId, name, output);
    return output;
  };
}

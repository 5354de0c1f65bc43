import type { JsonObject } from "#core/contract/json.ts";
import type { Capability } from "#core/contract/manifest.ts";
import { fittingValue } from "./slot-values.ts";
import type { TestExchange } from "#core/contract/validation.ts";
import type { TestEnd } from "./run-test.ts";
import type { Trial, TrialEnd } from "./trial.ts";

/** A call of a capability that goes well, for probes to change one thing in. */
export interface BaseCall {
  readonly trial: Trial;
  /** How it went, when it is one of the module's own tests. */
  readonly end?: TrialEnd;
  /** What its sources have to say. */
  readonly exchanges: readonly TestExchange[];
}

/** The call that best shows what a capability does: a passed test that reaches its sources, else one made up. */
export function chooseBase(capability: Capability, tests: readonly TestEnd[]): BaseCall {
  const worth = ({ ending, trace }: TrialEnd): number =>
    (ending.kind === "answer" ? 10 : 0) + Math.min(trace.requests.length, 5) - 3 * trace.unanswered.length;
  const best = tests
    .flatMap(({ test, result, trial, end }) =>
      result.passed && trial?.capability.name === capability.name && end !== undefined
        ? [{ trial, end, exchanges: test.exchanges }]
        : [],
    )
    .toSorted((a, b) => worth(b.end) - worth(a.end))[0];
  return best ?? { trial: madeUp(capability), exchanges: [] };
}

function madeUp(capability: Capability): Trial {
  const input: JsonObject = {};
  for (const name of capability.required) {
    const slot = capability.slots[name];
    if (slot !== undefined) input[name] = fittingValue(slot);
  }
  return {
    capability,
    input,
    now: new Date("2026-01-15T12:00:00Z"),
    seed: "probe",
    asker: { locale: "en-CA", timeZone: "UTC" },
    sample: "off",
    files: {},
    openSource: () => () => undefined,
    credentials: true,
  };
}

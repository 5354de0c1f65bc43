import type { GatewayAnswer } from "#core/contract/model.ts";
import { CALL_MILLI_UNITS, toUnits } from "#core/contract/run-units.ts";

/** What one build may spend on models: asked before each question, told after it. Limits of the org are the gateway's. */
export interface Purse {
  /** Whether another question may be asked: one as dear as the dearest so far must fit. */
  mayAsk(): boolean;
  note(answer: GatewayAnswer<unknown>): void;
  spentUnits(): number;
}

/** Opens a purse with so many units in it. */
export function openPurse(units: number): Purse {
  let spent = 0;
  let dearest = toUnits(CALL_MILLI_UNITS);
  return {
    mayAsk: () => spent + dearest <= units,
    note(answer) {
      spent = Number((spent + answer.units).toFixed(3));
      dearest = Math.max(dearest, answer.units);
    },
    spentUnits: () => spent,
  };
}

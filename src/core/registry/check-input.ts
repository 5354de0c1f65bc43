import type { JsonObject } from "#core/contract/json.ts";
import type { Capability } from "#core/contract/manifest.ts";
import { fitsSlot } from "#core/lidm/slots/fits-slot.ts";

/** The first slot whose value does not fit its declaration, and what would. */
export interface InputProblem {
  readonly slot: string;
  readonly say: string;
}

/** Checks the input of a call against the capability's slots; undefined when all is well. */
export function checkInput(capability: Capability, input: JsonObject): InputProblem | undefined {
  for (const slot of capability.required) {
    if (input[slot] === undefined || input[slot] === null) {
      return { slot, say: capability.slots[slot]?.ask ?? `“${slot}” is missing.` };
    }
  }
  for (const [name, value] of Object.entries(input)) {
    const slot = capability.slots[name];
    if (slot === undefined) return { slot: name, say: `“${name}” is nothing this can use.` };
    if (value !== null && !fitsSlot(slot, value)) {
      return { slot: name, say: `That does not fit: ${slot.description}.` };
    }
  }
  return undefined;
}

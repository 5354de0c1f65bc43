import type { z } from "zod";
import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleTest, TestExchange } from "#core/contract/validation.ts";
import type { CapabilityPlan } from "#core/evolution/writer/plan.ts";

/** A test as it is written down: what is usual is left out. */
export interface WrittenTest {
  readonly name: string;
  readonly capability: string;
  readonly input: JsonObject;
  readonly exchanges: readonly z.input<typeof TestExchange>[];
  readonly expect: z.input<typeof ModuleTest>["expect"];
}

/** The beginning of a test: its name and the call it makes. */
export function callOf(
  capability: CapabilityPlan,
  name: string,
  input: JsonObject,
): Pick<WrittenTest, "name" | "capability" | "input"> {
  return { name: name.slice(0, 200), capability: capability.name, input };
}

import type { CapabilityPlan } from "#core/evolution/writer/plan.ts";
import { literal, quotedText } from "./literal.ts";
import { valueCode } from "./value-code.ts";

/** Whether a fixed text is better written down apart. */
export function isLong(text: string): boolean {
  return text.length > 80 || text.includes("\n");
}

/** The constant that holds a long fixed text. */
export function longName(capability: string, input: string): string {
  const snake = (name: string): string =>
    name
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
      .replaceAll(/[^A-Za-z0-9]+/g, "_")
      .toUpperCase();
  return `${snake(capability)}_${snake(input)}`;
}

/** Names and values of a query or a form, each on a line. */
export function pairLines(capability: CapabilityPlan, place: "query" | "body"): string[] {
  const { slots, fixed, name } = capability;
  const known = fixed
    .filter((input) => input.in === place)
    .map((input) => {
      const value =
        typeof input.fixed === "string" && isLong(input.fixed)
          ? longName(name, input.name)
          : literal(
              typeof input.fixed === "object" && input.fixed !== null ? JSON.stringify(input.fixed) : input.fixed,
            );
      return `  [${quotedText(input.name)}, ${value}],`;
    });
  const asked = slots
    .filter(({ input }) => input.in === place)
    .map((slot) => `  [${quotedText(slot.input.name)}, ${valueCode(slot, "pairs", capability)}],`);
  return [...known, ...asked];
}

/** The name of an MCP tool is what is always sent as `params.name`. */
export function toolName({ fixed, operation }: CapabilityPlan): string {
  const named = fixed.find(({ name, at }) => name === "name" && at.at(-1) === "name");
  return typeof named?.fixed === "string" ? named.fixed : operation.id;
}

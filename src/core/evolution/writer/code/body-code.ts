import type { ApiInput } from "#core/evolution/api/api-description.ts";
import type { CapabilityPlan, SlotPlan } from "#core/evolution/writer/plan.ts";
import { isLong, longName, pairLines } from "./fixed-code.ts";
import { key, literal } from "./literal.ts";
import { isSure } from "./needs.ts";
import { valueCode } from "./value-code.ts";

/** The lines that make a request's body. */
export function bodyCode(capability: CapabilityPlan): string[] {
  const { operation, slots, fixed } = capability;
  if (operation.body === "form") return ["const body = pairsOf([", ...pairLines(capability, "body"), "]);"];
  if (operation.body !== "json") return [];
  const whole = slots.find(({ input }) => input.in === "body" && input.at.length === 0);
  if (whole !== undefined) return [`const body = ${valueCode(whole, "json", capability)};`];
  const leaves: Leaf[] = [
    ...fixed
      .filter((input) => input.in === "body")
      .map((input) => ({ at: input.at, code: fixedCode(input, capability) })),
    ...slots
      .filter(({ input }) => input.in === "body")
      .map((slot: SlotPlan) => ({ at: slot.input.at, code: valueCode(slot, "json", capability) })),
  ];
  return [`const body = ${objectCode(leaves, [], capability, "")};`].flatMap((line) => line.split("\n"));
}

interface Leaf {
  readonly at: readonly string[];
  readonly code: string;
}

function fixedCode(input: ApiInput, { name }: CapabilityPlan): string {
  return typeof input.fixed === "string" && isLong(input.fixed) ? longName(name, input.name) : literal(input.fixed);
}

/** An object of what stands below a way; one that may be empty is left out as a whole. */
function objectCode(
  leaves: readonly Leaf[],
  way: readonly string[],
  capability: CapabilityPlan,
  indent: string,
): string {
  const depth = way.length;
  const groups = Map.groupBy(leaves, ({ at }) => at[depth] ?? "");
  const lines = [...groups].map(([name, below]) => {
    const [first] = below;
    const isLeaf = first !== undefined && first.at.length === depth + 1;
    const code = isLeaf ? first.code : objectCode(below, [...way, name], capability, `${indent}  `);
    return code === name ? `${indent}  ${name},` : `${indent}  ${key(name)}: ${code},`;
  });
  if (lines.length === 0) return "{}";
  const object = `{\n${lines.join("\n")}\n${indent}}`;
  // A DELETE without anything to say has no body; to others an empty one says what it is.
  const mayGo = depth > 0 || capability.operation.method === "DELETE";
  return mayGo && !isSure(way, capability.slots, capability.fixed) ? `given(${object})` : object;
}

import type { CapabilityPlan, SlotPlan } from "#core/evolution/writer/plan.ts";
import { quotedText } from "./literal.ts";
import { cursorSlot, isChecked } from "./needs.ts";

/** How a slot's value is read where it is sent: as JSON has it, or as addresses and forms have it. */
export function valueCode(plan: SlotPlan, where: "json" | "pairs", capability: CapabilityPlan): string {
  const { name, form, input } = plan;
  if (isNamed(plan)) return where === "pairs" ? pairCode(name, plan) : name;
  const raw = `input.${name}`;
  if (name === cursorSlot(capability)) return `${raw} === "start" ? undefined : ${raw}`;
  switch (form) {
    case "plain":
      return raw;
    case "yesNo":
      return `yesNo(${raw})`;
    case "numberWord":
      return where === "pairs" ? raw : `numberOf(${raw})`;
    case "texts":
      return where === "pairs" ? listCode(`textsOf(${raw})`, input.list) : `textsOf(${raw})`;
    case "numbers":
    case "json":
      return raw;
    default:
      return form satisfies never;
  }
}

/** The lines that look at values before anything is sent. */
export function checkCode({ slots }: CapabilityPlan): string[] {
  return slots.flatMap((plan) => {
    const { name, form, required, input, slot } = plan;
    if (!isChecked(plan)) return [];
    const refuse = (say: string): string => `return unfit(${quotedText(name)}, ${quotedText(say)});`;
    const ask = slot.ask ?? `Which ${plan.label}?`;
    if (input.in === "path" || input.in === "header") {
      const part = input.in === "header" ? "headerPart" : input.spans ? "pathParts" : "pathPart";
      return [`const ${name} = ${part}(${partCode(plan)});`, `if (${name} === undefined) ${refuse(ask)}`];
    }
    if (form === "json") {
      const missing = required ? `${name} === undefined` : `${name} === undefined && input.${name} !== undefined`;
      return [`const ${name} = jsonOf(input.${name});`, `if (${missing}) ${refuse(ask)}`];
    }
    if (form === "numbers") {
      const missing = required ? `!${name}?.every(Number.isFinite)` : `${name}?.every(Number.isFinite) === false`;
      return [`const ${name} = numbersOf(input.${name});`, `if (${missing}) ${refuse(`${ask} It takes numbers.`)}`];
    }
    return [`if (input.${name} === undefined) ${refuse(ask)}`];
  });
}

/** A value as one text, as paths and headers hold it. */
function partCode({ name, form }: SlotPlan): string {
  const raw = `input.${name}`;
  if (form === "yesNo") return `yesNo(${raw})`;
  return form === "texts" || form === "numbers" ? `textsOf(${raw})?.join(",")` : raw;
}

/** Whether a value has a name of its own by the time it is sent. */
export function isNamed({ input, form }: SlotPlan): boolean {
  return input.in === "path" || input.in === "header" || form === "json" || form === "numbers";
}

function pairCode(name: string, { form, input, required }: SlotPlan): string {
  if (form === "json")
    return required ? `JSON.stringify(${name})` : `${name} === undefined ? undefined : JSON.stringify(${name})`;
  return form === "numbers" ? listCode(name, input.list) : name;
}

/** A list beside a body: parted by a sign, one by one, or as JSON where nobody says how. */
function listCode(code: string, list: SlotPlan["input"]["list"]): string {
  if (list === undefined) return `JSON.stringify(${code})`;
  return list === "repeat" ? code : `${code}?.join(${quotedText({ comma: ",", space: " ", pipe: "|" }[list])})`;
}

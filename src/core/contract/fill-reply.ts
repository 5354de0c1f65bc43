import type { Json } from "./json.ts";

/**
 * The answer that a capability's template makes of its data: `{temperature} °C in {place}`; undefined when there is no
 * template, or the data lacks one of its names.
 */
export function fillReply(template: string | undefined, data: Json | undefined): string | undefined {
  if (template === undefined) return undefined;
  let isWhole = true;
  const filled = template.replaceAll(/\{([\w.]+)\}/g, (_, path: string) => {
    const value = path.split(".").reduce(member, data);
    if (typeof value === "string" || typeof value === "number") return String(value);
    isWhole = false;
    return "";
  });
  return isWhole && filled !== "" ? filled : undefined;
}

function member(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

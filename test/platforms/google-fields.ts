/** The part of a JSON value named by a `fields` selector such as `a,items(id,start/date)`. https://developers.google.com/workspace/calendar/api/guides/performance#partial */
export function selectFields(value: unknown, selector: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => selectFields(item, selector));
  if (typeof value !== "object" || value === null) return value;
  const known = new Map<string, unknown>(Object.entries(value));
  const chosen: Record<string, unknown> = {};
  for (const part of splitOutside(selector, ",")) {
    const [, name = "", inner] =
      /^([\w*]+)(?:\/(.+)|\((.+)\))?$/.exec(part)?.filter((group) => group !== undefined) ?? [];
    if (name === "") throw new Error(`not a fields selector: ${part}`);
    for (const key of name === "*" ? known.keys() : [name]) {
      if (known.has(key)) chosen[key] = inner === undefined ? known.get(key) : selectFields(known.get(key), inner);
    }
  }
  return chosen;
}

function splitOutside(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (letter === separator && depth === 0) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${letter}`);
  }
  return parts;
}

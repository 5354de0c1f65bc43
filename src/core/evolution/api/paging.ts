import type { ApiInput, ApiPaging, ApiSchema } from "./api-description.ts";

/** How more of a list is fetched, judged by the names of what is asked and answered; undefined when nothing tells. */
export function findPaging(inputs: readonly ApiInput[], answer: ApiSchema | undefined): ApiPaging | undefined {
  const asked = inputs.filter((input) => input.in !== "header" && input.fixed === undefined);
  const named = (pattern: RegExp): ApiInput | undefined => asked.find((input) => pattern.test(input.name));
  const isNumber = ({ schema }: ApiInput): boolean => schema.type === "integer" || schema.type === "number";
  const cursor = named(CURSOR);
  if (cursor && cursor.schema.type === "string" && answer) {
    const at = nextIn(answer, [], 0);
    if (at) return { kind: "cursor", input: cursor.name, at };
  }
  const size = asked.find((input) => SIZE.test(input.name) && isNumber(input))?.name;
  for (const [kind, pattern] of [
    ["page", PAGE],
    ["offset", OFFSET],
  ] as const) {
    const found = asked.find((input) => pattern.test(input.name) && isNumber(input));
    if (found) return { kind, input: found.name, ...(size !== undefined && { size }) };
  }
  return undefined;
}

const CURSOR =
  /^(?:cursor|after|next|next_?token|page_?token|next_?page_?token|next_?cursor|starting_?after|continuation(?:_?token)?|marker|page\[(?:after|cursor)\]|scroll_?id)$/i;
const NEXT =
  /^(?:next_?cursor|next_?page_?token|next_?token|end_?cursor|continuation(?:_?token)?|next_?marker|scroll_?id|cursor|after|next_?page)$/i;
const PAGE = /^(?:page|page_?no|page_?num|page_?number|page_?index|current_?page|p|page\[number\])$/i;
const OFFSET = /^(?:offset|skip|start|start_?at|start_?index|first_?result|from_?index|page\[offset\])$/i;
const SIZE =
  /^(?:limit|per_?page|page_?size|size|count|rows|max_?results|page_?limit|take|results_?per_?page|page\[(?:size|limit)\])$/i;

/** The way to what the next request begins with. */
function nextIn(schema: ApiSchema, at: readonly string[], depth: number): readonly string[] | undefined {
  if (schema.type !== "object" || depth > 3) return undefined;
  const parts = Object.entries(schema.properties ?? {});
  const own = parts.find(([name, { type }]) => NEXT.test(name) && type === "string");
  if (own) return [...at, own[0]];
  for (const [name, inside] of parts) {
    const found = nextIn(inside, [...at, name], depth + 1);
    if (found) return found;
  }
  return undefined;
}

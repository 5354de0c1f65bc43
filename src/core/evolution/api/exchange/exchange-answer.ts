import type { ApiAnswer } from "#core/evolution/api/api-description.ts";
import { toJson } from "#core/evolution/api/to-json.ts";
import { schemaOfValue } from "./schema-of-value.ts";
import { parsed } from "./without-secrets.ts";

/** What came back, as somebody pasted it, with or without its headers; anything when they did not. */
export function readExchangeAnswer(answer: string | undefined): ApiAnswer {
  if (answer === undefined || answer.trim() === "") return { status: 200, content: "json", schema: { type: "any" } };
  const { status, body } = withoutHeaders(answer);
  if (body.trim() === "") return { status, content: "none" };
  const value = parsed(body);
  if (value === undefined) return { status, content: "text" };
  const example = toJson(value);
  if (example === undefined) return { status, content: "json", schema: { type: "any" } };
  return { status, content: "json", schema: schemaOfValue(example), example };
}

function withoutHeaders(answer: string): { readonly status: number; readonly body: string } {
  const status = /^\s*HTTP\/[\d.]+ (2\d\d)/.exec(answer)?.[1];
  if (status === undefined) return { status: 200, body: answer };
  const end = /\r?\n\r?\n/.exec(answer);
  return { status: Number(status), body: end ? answer.slice(end.index + end[0].length) : "" };
}

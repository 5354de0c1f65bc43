import type { Json } from "#core/contract/json.ts";
import type { Source } from "./scripted-source.ts";

/**
 * The same sources with every value in their JSON another: a module that has learnt a test by heart goes on saying what it
 * said. Statuses, keys and lengths stay.
 */
export function withChangedAnswers(source: Source): Source {
  return (request) => {
    const answer = source(request);
    if (answer === undefined || "fails" in answer) return answer;
    return { ...answer, body: typeof answer.body === "string" ? changeText(answer.body) : change(answer.body) };
  };
}

function changeText(body: string): string {
  try {
    const read: Json = JSON.parse(body);
    return JSON.stringify(change(read));
  } catch {
    return body.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));
  }
}

function change(value: Json): Json {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value === "number") return value * 1.5 + 1;
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "boolean") return !value;
  if (value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, change(below)]));
}

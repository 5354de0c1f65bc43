import type { ScriptedAnswer } from "./scripted-source.ts";

/** A way in which a source fails, in words and as an answer. */
export interface BadSource {
  readonly what: string;
  readonly answer: ScriptedAnswer;
  /** Tried at each request of a call; the others at the first alone. */
  readonly isEverywhere?: true;
}

/** What sources do sooner or later. A module must get over each: say what happened, and end. */
export function badSources(canary: string): readonly BadSource[] {
  const answer = (status: number, body: string, headers: Record<string, string> = {}): ScriptedAnswer => ({
    status,
    headers,
    body,
  });
  const html = { "content-type": "text/html" };
  return [
    { what: "the source answers 500", answer: answer(500, '{"message":"Internal Server Error"}'), isEverywhere: true },
    { what: "the source answers 429", answer: answer(429, '{"message":"slow down"}', { "retry-after": "30" }) },
    { what: "the source answers 401", answer: answer(401, '{"message":"unauthorised"}') },
    { what: "the source answers 404", answer: answer(404, '{"message":"not found"}') },
    {
      what: "the source answers 200 with half a JSON",
      answer: answer(200, '{"data": [{"id": 1, "na'),
      isEverywhere: true,
    },
    { what: "the source answers 200 with nothing", answer: answer(200, "") },
    { what: "the source answers 200 with null", answer: answer(200, "null") },
    { what: "the source answers 200 with an empty object", answer: answer(200, "{}"), isEverywhere: true },
    { what: "the source answers 200 with an empty list", answer: answer(200, "[]") },
    { what: "the source answers 200 with a web page", answer: answer(200, "<!doctype html><p>Sign in</p>", html) },
    { what: "the source answers 503 with a web page", answer: answer(503, "<h1>Bad gateway</h1>", html) },
    { what: "the source answers 200 with a megabyte of other JSON", answer: answer(200, megabyte()) },
    { what: "the source echoes the credential", answer: answer(400, JSON.stringify({ message: `bad key ${canary}` })) },
    { what: "the source does not answer in time", answer: { fails: "timeout" }, isEverywhere: true },
    { what: "the source cannot be reached", answer: { fails: "unreachable" } },
    { what: "the source answers with too much", answer: { fails: "too_large" } },
  ];
}

/** Just under what the broker lets through. */
function megabyte(): string {
  const item = (id: number): object => ({ id, name: `item ${id}`, values: [id, { deeper: [[id]] }], next: null });
  return JSON.stringify({ list: Array.from({ length: 12_500 }, (_, id) => item(id)) });
}

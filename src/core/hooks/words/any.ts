import { z } from "zod";
import type { Json } from "#core/contract/json.ts";
import { wordsOf } from "#core/hooks/field.ts";
import type { HookWords } from "./hook-words.ts";

const HEADLINES = ["title", "subject", "summary", "message", "text", "name", "event", "type", "action"];
const LINKS = ["url", "html_url", "link", "href"];
const MOST_FACTS = 8;
/** Some senders put what they prove themselves with into the body too: a channel is no place for it. */
const SECRET = /token|secret|passw|signature|api_?key|authorization/i;
const Fields = z.record(z.string(), z.json());

/** Whatever came, by its own fields: the one that reads like a headline first, then a few more. */
export function anyWords(body: Json, event: string | undefined): HookWords {
  const read = Fields.safeParse(body);
  if (!read.success) return { title: wordsOf(body) ?? "Something came, with nothing in it.", facts: [] };
  const fields = Object.entries(read.data).filter(
    ([name, value]) => typeof value !== "object" && wordsOf(value) !== undefined && !SECRET.test(name),
  );
  const headline = HEADLINES.find((name) => fields.some(([key]) => key === name));
  const url = LINKS.map((name) => read.data[name]).find((value) => typeof value === "string");
  const title = wordsOf(headline === undefined ? undefined : read.data[headline]) ?? event ?? "Something came.";
  return {
    title,
    facts: fields
      .filter(([name]) => name !== headline && !LINKS.includes(name))
      .slice(0, MOST_FACTS)
      .map(([name, value]) => ({ label: name.slice(0, 60), value: wordsOf(value) ?? "" })),
    ...(typeof url === "string" && { url }),
  };
}

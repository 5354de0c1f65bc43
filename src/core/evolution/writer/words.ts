import { plainWords } from "#core/evolution/api/plain-words.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import type { ApiOperation } from "#core/evolution/api/api-description.ts";
import type { Noun } from "./plan.ts";

/** A name as words that people read: `pet_id` and `petId` are “pet ID”. */
export function labelOf(name: string): string {
  const words = wordsOf(name);
  const label = words.map((word) => CAPITALS.get(word) ?? word).join(" ");
  return label === "" ? "value" : plainWords(label, 50) || "value";
}

/** The same as the head of a column or a field: “Pet ID”. */
export function headOf(name: string): string {
  return capital(labelOf(name)).slice(0, 40);
}

/** With a capital in front. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A name as code has it: `X-Request-ID` is `xRequestId`. */
export function camel(name: string): string {
  const words = wordsOf(name);
  const joined = words.map((word, index) => (index === 0 ? word : capital(word))).join("");
  const safe = /^[a-z]/.test(joined) ? joined : `the${capital(joined)}`;
  return safe.slice(0, 40);
}

/** The first sentence of a description, in plain words. */
export function firstSentence(text: string, max: number): string {
  const plain = plainWords(text, 1_000);
  const [first = ""] = plain.split(/(?<=[.!?])\s/);
  return plainWords(first, max).replace(/[\s.]+$/, "");
}

/** What an operation deals with, read from the last words of its path that do not vary: `/pets/{id}` is of a pet. */
export function nounOf({ path, title, id }: ApiOperation): Noun {
  const segments = path.split("/").filter((segment) => segment !== "" && !segment.includes("{"));
  const last = segments.findLast((segment) => wordsOf(segment).some((word) => !VAGUE.has(word)));
  const source = last ?? (title === "" ? id : title);
  const words = wordsOf(source.replace(/\.\w{2,4}$/, "")).filter((word) => !VERBS.has(word) && !VAGUE.has(word));
  const many = words.slice(-3).join(" ");
  if (many === "") return { one: "result", many: "results" };
  const one = singular(many);
  return { one, many: one === many ? plural(many) : many };
}

/** Words of a title without what is done: “List all pets” is about “all pets”. */
export function aboutOf(title: string): string {
  const words = plainWords(title, 60)
    .replace(/[.…]+$/, "")
    .split(" ");
  const first = words[0]?.toLowerCase() ?? "";
  const rest = VERBS.has(first) || VERBS.has(first.replace(/s$/, "")) ? words.slice(1) : words;
  return lower(
    rest
      .join(" ")
      .replace(/^(?:a|an|the)\s/i, "")
      .replace(/\s(?:by|with|for|using)\s(?:its\s|the\s)?(?:id|ids|key|name|identifier)\b.*$/i, ""),
  );
}

/** Small in front unless it is an abbreviation. */
export function lower(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

function singular(words: string): string {
  if (/(?:ss|us|is|news|series|data|status)$/.test(words)) return words;
  if (words.endsWith("ies")) return `${words.slice(0, -3)}y`;
  if (/(?:ches|shes|xes|sses|zes)$/.test(words)) return words.slice(0, -2);
  return words.endsWith("s") ? words.slice(0, -1) : words;
}

function plural(words: string): string {
  if (/(?:news|series|data|info|information|status|health|weather)$/.test(words)) return words;
  if (/[^aeiou]y$/.test(words)) return `${words.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(words) ? `${words}es` : `${words}s`;
}

const CAPITALS: ReadonlyMap<string, string> = new Map(
  ["id", "url", "uri", "api", "ip", "uuid", "iso", "sku", "vat", "html", "json", "sms", "utc"].map((word) => [
    word,
    word.toUpperCase(),
  ]),
);

const VERBS: ReadonlySet<string> = new Set(
  `get list show find fetch retrieve return read search query look lookup view see describe create add insert new post
   update change edit modify set replace put patch delete remove destroy cancel send run start stop check count export
   all`.split(/\s+/),
);

/** Words in addresses that say nothing of what stands there. */
const VAGUE: ReadonlySet<string> = new Set(
  `api apis rest v0 v1 v2 v3 v4 v5 1 2 3 0 json xml html php aspx service services public index rpc graphql mcp by id`.split(
    /\s+/,
  ),
);

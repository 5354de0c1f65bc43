import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, refused, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";

/** The first lines of an article. https://en.wikipedia.org/api/rest_v1/ */
export async function lookUp(input: { subject: string }, nexus: Nexus): Promise<ModuleOutput> {
  const subject = nameOf(input.subject);
  if (subject === undefined) return nothingAsked("subject");
  // What cannot stand in a path is found by its words.
  if (/[/\\?#%]/.test(subject)) return search({ words: subject }, nexus);
  const title = encodeURIComponent(subject.replaceAll(" ", "_"));
  const answer = await ask(`https://en.wikipedia.org/api/rest_v1/page/summary/${title}`, nexus);
  if ("output" in answer) {
    const isUnknown = "error" in answer.output && answer.output.error.code === "not_found";
    return isUnknown ? refused("not_found", `Wikipedia has no page called “${subject}”.`).output : answer.output;
  }
  const name = textAt(answer.value, "title");
  const extract = textAt(answer.value, "extract");
  if (name === undefined || extract === undefined) return unreadable().output;
  const page = textAt(get(get(answer.value, "content_urls"), "desktop"), "page");
  const isAmbiguous = get(answer.value, "type") === "disambiguation";
  return {
    summary: clip(isAmbiguous ? `“${name}” can mean several things.` : extract, MOST_LETTERS),
    parts: [
      ...(isAmbiguous ? [{ type: "text" as const, markdown: clip(extract, MOST_LETTERS) }] : []),
      ...(page?.startsWith("https://") === true
        ? [{ type: "sources" as const, items: [{ title: name, url: page }] }]
        : []),
    ],
    data: { title: name, isAmbiguous },
    ...(isAmbiguous && { next: [clip(`search wikipedia for "${subject}"`, 75)] }),
  };
}

/** Pages whose text fits the words, the best first. https://www.mediawiki.org/wiki/API:REST_API/Reference#Search_pages */
export async function search(input: { words: string }, nexus: Nexus): Promise<ModuleOutput> {
  const words = nameOf(input.words);
  if (words === undefined) return nothingAsked("words");
  const answer = await ask(
    `https://en.wikipedia.org/w/rest.php/v1/search/page?q=${encodeURIComponent(words)}&limit=8`,
    nexus,
  );
  if ("output" in answer) return answer.output;
  const pages = get(answer.value, "pages");
  if (!Array.isArray(pages)) return unreadable().output;
  const rows = pages.flatMap((page): [string, string][] => {
    const title = textAt(page, "title");
    return title === undefined ? [] : [[title, clip(textAt(page, "description") ?? "", 120)]];
  });
  const [first] = rows;
  if (first === undefined) return { summary: `No page of Wikipedia fits “${words}”.`, data: { pages: [] } };
  return {
    summary: `${rows.length === 1 ? "One page fits" : `${rows.length} pages fit`} “${words}”; the best is ${first[0]}.`,
    parts: [
      { type: "table", caption: `Pages for “${words}”`, columns: [{ header: "Page" }, { header: "About" }], rows },
    ],
    data: { pages: rows.map(([title]) => title) },
    next: [clip(`look up "${first[0]}" on wikipedia`, 75)],
  };
}

const MOST_LETTERS = 900;

/** What was asked for, without the spaces around it; undefined for nothing, and for what would be another path. */
function nameOf(text: unknown): string | undefined {
  const name = typeof text === "string" ? text.trim().slice(0, 150) : "";
  return name === "" || /^\.+$/.test(name) ? undefined : name;
}

function nothingAsked(slot: string): ModuleOutput {
  return { error: { code: "slot_invalid", say: "There is nothing to look up in that.", slot } };
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

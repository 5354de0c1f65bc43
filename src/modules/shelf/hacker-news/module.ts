import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, refused, unreadable } from "./ask.ts";
import { asStory, readItem, type Story } from "./item.ts";
import { get } from "./json.ts";
import { plainText } from "./plain-text.ts";

/** The stories of one list, in its order. https://github.com/HackerNews/API */
export async function stories(input: { list?: string; count?: number }, nexus: Nexus): Promise<ModuleOutput> {
  const { list = "top", count = 10 } = input;
  const wanted = LISTS.get(list);
  if (wanted === undefined) {
    return { error: { code: "slot_invalid", say: "Hacker News has no such list.", slot: "list" } };
  }
  const answer = await ask(`https://hacker-news.firebaseio.com/v0/${wanted.path}.json`, nexus);
  if ("output" in answer) return answer.output;
  if (!Array.isArray(answer.value)) return unreadable().output;
  const ids = answer.value.filter((id) => Number.isSafeInteger(id)).slice(0, Math.min(count, MOST_STORIES));
  const items = await Promise.all(ids.map((id) => readItem(id, nexus)));
  const found = items.flatMap((item) => ("output" in item ? [] : (asStory(item.value) ?? [])));
  const [first] = found;
  if (first === undefined) {
    return ids.length === 0 ? { summary: `There is nothing under ${wanted.title} right now.` } : unreadable().output;
  }
  return {
    summary: `${wanted.title} on Hacker News: ${first.title}${found.length === 1 ? "" : `, and ${found.length - 1} more`}.`,
    parts: [
      {
        type: "table",
        caption: `${wanted.title} on Hacker News`,
        columns: [{ header: "Story" }, { header: "Points", align: "right" }, { header: "Comments", align: "right" }],
        rows: found.map(({ title, points, comments }) => [title, points, comments]),
      },
      ...linksOf(found),
    ],
    data: { list, stories: found.map(({ id, title, points, comments }) => ({ id, title, points, comments })) },
  };
}

/** One story, and what is said about it first. */
export async function story(input: { id: number }, nexus: Nexus): Promise<ModuleOutput> {
  const { id } = input;
  if (!Number.isSafeInteger(id) || id < 1) {
    return { error: { code: "slot_invalid", say: "A story has a number, such as 8863.", slot: "id" } };
  }
  const item = await readItem(id, nexus);
  if ("output" in item) return item.output;
  const found = asStory(item.value);
  if (found === undefined) return refused("not_found", `Number ${id} on Hacker News is no story.`).output;
  const kids = get(item.value, "kids");
  const first = Array.isArray(kids) ? kids.filter((kid) => Number.isSafeInteger(kid)).slice(0, MOST_COMMENTS) : [];
  const comments = await Promise.all(first.map((kid) => readItem(kid, nexus)));
  return {
    summary: aboutStory(found),
    parts: [...comments.flatMap((comment) => ("output" in comment ? [] : quoted(comment.value))), ...linksOf([found])],
    data: { id, title: found.title, by: found.by, points: found.points, comments: found.comments },
  };
}

const MOST_STORIES = 15;
const MOST_COMMENTS = 3;
const MOST_LETTERS = 600;

const LISTS: ReadonlyMap<string, { readonly path: string; readonly title: string }> = new Map([
  ["top", { path: "topstories", title: "Top stories" }],
  ["best", { path: "beststories", title: "Best stories" }],
  ["new", { path: "newstories", title: "New stories" }],
  ["ask", { path: "askstories", title: "Ask HN" }],
  ["show", { path: "showstories", title: "Show HN" }],
  ["jobs", { path: "jobstories", title: "Jobs" }],
]);

function aboutStory({ title, points, comments, by }: Story): string {
  return `${title}: ${points} points, ${comments} comments, by ${by}.`;
}

/** A comment as its writer's words, without what the page makes of them. */
function quoted(comment: unknown): { type: "text"; markdown: string }[] {
  const by = get(comment, "by");
  const text = get(comment, "text");
  if (typeof by !== "string" || typeof text !== "string") return []; // deleted
  const words = plainText(text);
  return [
    { type: "text", markdown: `${by}: ${words.length > MOST_LETTERS ? `${words.slice(0, MOST_LETTERS)}…` : words}` },
  ];
}

/** Where the stories are told, as far as they say so safely. */
function linksOf(found: readonly Story[]): { type: "sources"; items: { title: string; url: string }[] }[] {
  const items = found.flatMap(({ title, url }) => (url?.startsWith("https://") === true ? [{ title, url }] : []));
  return items.length === 0 ? [] : [{ type: "sources", items }];
}

import type { Nexus } from "#core/contract/module.ts";
import { type Answer, ask, refused } from "./ask.ts";
import { numberAt, textAt } from "./json.ts";
import { plainText } from "./plain-text.ts";

/** A story as it stands in a list. */
export interface Story {
  readonly id: number;
  readonly title: string;
  readonly by: string;
  readonly points: number;
  readonly comments: number;
  /** What it is about; absent when it is a question to everybody. */
  readonly url: string | undefined;
}

/** Anything with a number: a story, a comment. */
export async function readItem(id: number, nexus: Nexus): Promise<Answer> {
  const answer = await ask(`https://hacker-news.firebaseio.com/v0/item/${id}.json`, nexus);
  // What is not there is said with null.
  return "value" in answer && answer.value === null ? refused("not_found", `Hacker News has no number ${id}.`) : answer;
}

/** The story an item is, if it is one. */
export function asStory(item: unknown): Story | undefined {
  const id = numberAt(item, "id");
  const title = textAt(item, "title");
  if (id === undefined || title === undefined) return undefined;
  return {
    id,
    title: plainText(title),
    by: textAt(item, "by") ?? "nobody",
    points: numberAt(item, "score") ?? 0,
    comments: numberAt(item, "descendants") ?? 0,
    url: textAt(item, "url"),
  };
}

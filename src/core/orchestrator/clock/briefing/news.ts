import { createHash } from "node:crypto";
import type { StoredSlot } from "#core/store/store.ts";
import type { Section } from "./section.ts";

/** A short name for what sections say: the same as the last time's where there is nothing new. */
export function newsOf(sections: readonly Section[]): string {
  const said = sections.map(({ title, state, says }) => [title, state, says]);
  return createHash("sha256").update(JSON.stringify(said)).digest("base64url").slice(0, NEWS_CHARS);
}

const NEWS_CHARS = 22;

/** What is kept of a run: a few words, and the name of what was said. */
export function slotResult(words: string, news: string | undefined): string {
  return news === undefined ? words : `${words} #${news}`;
}

/** The words of what is kept of a run, for people. */
export function resultWords({ result }: Pick<StoredSlot, "result">): string {
  return result?.replace(/ #[\w-]{22}$/, "") ?? "";
}

/** What was said the last time that anything was. */
export function lastNews(slots: readonly Pick<StoredSlot, "result" | "state">[]): string | undefined {
  for (const { result } of slots) {
    const [, news] = / #([\w-]{22})$/.exec(result ?? "") ?? [];
    if (news !== undefined) return news;
  }
  return undefined;
}

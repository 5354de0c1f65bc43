import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { readFeed } from "./read-feed.ts";

/** What a blog published last. */
export async function posts(input: { blog: string }, nexus: Nexus): Promise<ModuleOutput> {
  const blog = BLOGS.get(input.blog);
  if (blog === undefined) return refusal("slot_invalid", "I don't follow that blog.", "blog");
  const answer = await nexus.fetch(blog.url, { headers: { accept: "application/rss+xml, application/atom+xml" } });
  if (!answer.ok || answer.status >= 500) {
    return refusal("upstream_unavailable", `${blog.title} cannot be reached right now. Try again in a few minutes.`);
  }
  if (answer.status === 429) return refusal("rate_limited", `${blog.title} wants to be asked less often.`);
  const found = answer.status === 200 ? readFeed(answer.body) : undefined;
  if (found === undefined) return refusal("upstream_invalid", `${blog.title} sent something that is no feed.`);
  const shown = found.slice(0, MOST_POSTS);
  const [first] = shown;
  if (first === undefined) return refusal("no_data", `${blog.title} has nothing in its feed right now.`);
  const items = shown.flatMap(({ title, url }) => (url.startsWith("https://") ? [{ title, url }] : []));
  return {
    summary: `${blog.title}, latest: ${first.title}${first.day === "" ? "" : ` (${first.day})`}.`,
    parts: [
      {
        type: "table",
        caption: `Latest posts: ${blog.title}`,
        columns: [{ header: "Post" }, { header: "Day" }],
        rows: shown.map(({ title, day }) => [title, day]),
      },
      ...(items.length === 0 ? [] : [{ type: "sources" as const, items }]),
    ],
    data: { blog: input.blog, posts: shown.map(({ title, day }) => ({ title, day })) },
  };
}

const MOST_POSTS = 8;

const BLOGS: ReadonlyMap<string, { readonly title: string; readonly url: string }> = new Map([
  ["github", { title: "The GitHub Blog", url: "https://github.blog/feed/" }],
  ["node", { title: "The Node.js Blog", url: "https://nodejs.org/en/feed/blog.xml" }],
  ["rust", { title: "The Rust Blog", url: "https://blog.rust-lang.org/feed.xml" }],
  ["go", { title: "The Go Blog", url: "https://go.dev/blog/feed.atom" }],
  ["kubernetes", { title: "The Kubernetes Blog", url: "https://kubernetes.io/feed.xml" }],
]);

function refusal(code: Code, say: string, slot?: string): ModuleOutput {
  return { error: { code, say, ...(slot !== undefined && { slot }) } };
}

type Code = Extract<ModuleOutput, { error: unknown }>["error"]["code"];

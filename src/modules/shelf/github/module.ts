import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";

/** The newest open issues. https://docs.github.com/rest/issues/issues */
export async function issues(input: { repository: string }, nexus: Nexus): Promise<ModuleOutput> {
  const repository = nameOf(input.repository);
  if (repository === undefined) return notARepository();
  const answer = await ask(`/repos/${repository}/issues?state=open&sort=created&per_page=30`, nexus);
  if ("output" in answer) return answer.output;
  if (!Array.isArray(answer.value)) return unreadable().output;
  // GitHub counts pull requests among issues.
  const found = answer.value.filter((one) => get(one, "pull_request") === undefined).flatMap(toItem);
  return listed("issue", repository, found, input.repository);
}

/** The open pull requests, those that wait longest first. https://docs.github.com/rest/pulls/pulls */
export async function pulls(input: { repository: string }, nexus: Nexus): Promise<ModuleOutput> {
  const repository = nameOf(input.repository);
  if (repository === undefined) return notARepository();
  const answer = await ask(`/repos/${repository}/pulls?state=open&sort=created&direction=asc&per_page=20`, nexus);
  if ("output" in answer) return answer.output;
  if (!Array.isArray(answer.value)) return unreadable().output;
  return listed("pull request", repository, answer.value.flatMap(toItem), input.repository);
}

/** The latest release. https://docs.github.com/rest/releases/releases */
export async function release(input: { repository: string }, nexus: Nexus): Promise<ModuleOutput> {
  const repository = nameOf(input.repository);
  if (repository === undefined) return notARepository();
  const answer = await ask(`/repos/${repository}/releases/latest`, nexus);
  if ("output" in answer) return answer.output;
  const tag = textAt(answer.value, "tag_name");
  if (tag === undefined) return unreadable().output;
  const day = dayOf(textAt(answer.value, "published_at"));
  const notes = textAt(answer.value, "body");
  return {
    summary: `${tag} is the latest release of ${repository}${day === undefined ? "" : `, of ${day}`}.`,
    parts: [
      ...(notes === undefined ? [] : [{ type: "text" as const, markdown: clip(notes, MOST_NOTES) }]),
      ...linksTo([{ title: tag, url: textAt(answer.value, "html_url") }]),
    ],
    data: { repository, tag, day: day ?? null },
    remember: { repository: input.repository },
  };
}

/** Opens an issue. It is called only after people have approved these very words. */
export async function createIssue(input: { repository: string; title: string }, nexus: Nexus): Promise<ModuleOutput> {
  const repository = nameOf(input.repository);
  if (repository === undefined) return notARepository();
  const title = typeof input.title === "string" ? input.title.trim() : "";
  if (title === "") return { error: { code: "slot_invalid", say: "An issue needs a title.", slot: "title" } };
  const answer = await ask(`/repos/${repository}/issues`, nexus, { title });
  if ("output" in answer) return answer.output;
  const number = get(answer.value, "number");
  if (typeof number !== "number") return unreadable().output;
  return {
    summary: `Issue #${number} is open in ${repository}: ${title}.`,
    parts: linksTo([{ title: `#${number}`, url: textAt(answer.value, "html_url") }]),
    data: { repository, number },
  };
}

const MOST_NOTES = 1_500;

interface Item {
  readonly number: number;
  readonly title: string;
  readonly by: string;
  readonly day: string;
  readonly url: string | undefined;
}

function toItem(value: unknown): Item[] {
  const number = get(value, "number");
  const title = textAt(value, "title");
  if (typeof number !== "number" || title === undefined) return [];
  const by = textAt(get(value, "user"), "login") ?? "somebody";
  return [{ number, title, by, day: dayOf(textAt(value, "created_at")) ?? "", url: textAt(value, "html_url") }];
}

function listed(what: string, repository: string, items: readonly Item[], said: string): ModuleOutput {
  const remember = { repository: said };
  const shown = items.slice(0, 20);
  const [first] = shown;
  if (first === undefined)
    return { summary: `${repository} has no open ${what}.`, data: { repository, open: 0 }, remember };
  const many = items.length === 1 ? `one open ${what}` : `${items.length} open ${what}s`;
  return {
    summary: `${repository} has ${many}, first #${first.number}: ${first.title}.`,
    parts: [
      {
        type: "table",
        caption: `Open ${what}s of ${repository}`,
        columns: [{ header: "#", align: "right" }, { header: "Title" }, { header: "By" }, { header: "Since" }],
        rows: shown.map(({ number, title, by, day }) => [number, title, by, day]),
      },
      ...linksTo(shown.slice(0, 5)),
    ],
    data: { repository, open: items.length, numbers: shown.map(({ number }) => number) },
    remember,
  };
}

function linksTo(items: readonly { readonly title: string; readonly url: string | undefined }[]) {
  const safe = items.flatMap(({ title, url }) => (url?.startsWith("https://") === true ? [{ title, url }] : []));
  return safe.length === 0 ? [] : [{ type: "sources" as const, items: safe }];
}

/** A repository as it stands in an address: its parts hold nothing that would lead elsewhere. */
function nameOf(repository: unknown): string | undefined {
  if (typeof repository !== "string") return undefined;
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(repository) ? repository : undefined;
}

function notARepository(): ModuleOutput {
  const say = "A repository is written as owner/name.";
  return { error: { code: "slot_invalid", say, slot: "repository" } };
}

function dayOf(moment: string | undefined): string | undefined {
  return moment !== undefined && /^\d{4}-\d\d-\d\dT/.test(moment) ? moment.slice(0, 10) : undefined;
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

import { z } from "zod";
import type { Json } from "#core/contract/json.ts";
import type { HookWords } from "./hook-words.ts";

const Named = z.object({ login: z.string() });
const Topic = z.object({ number: z.number(), title: z.string(), html_url: z.string() });

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const Event = z.object({
  action: z.string().optional(),
  sender: Named.optional(),
  repository: z.object({ full_name: z.string(), html_url: z.string().optional() }).optional(),
  zen: z.string().optional(),
  ref: z.string().optional(),
  compare: z.string().optional(),
  forced: z.boolean().optional(),
  commits: z.array(z.object({ message: z.string() })).optional(),
  pull_request: Topic.extend({ merged: z.boolean().optional(), draft: z.boolean().optional() }).optional(),
  issue: Topic.optional(),
  comment: z.object({ body: z.string(), html_url: z.string() }).optional(),
  review: z.object({ state: z.string(), html_url: z.string() }).optional(),
  release: z.object({ tag_name: z.string(), name: z.string().nullish(), html_url: z.string() }).optional(),
  workflow_run: z
    .object({
      name: z.string().nullish(),
      status: z.string().nullish(),
      conclusion: z.string().nullish(),
      head_branch: z.string().nullish(),
      html_url: z.string(),
    })
    .optional(),
});
type Event = z.infer<typeof Event>;

/** What happened at GitHub, in a sentence; undefined for what is not its kind of body. */
export function githubWords(event: string | undefined, body: Json): HookWords | undefined {
  const read = Event.safeParse(body);
  if (!read.success || event === undefined) return undefined;
  const told = read.data;
  const who = told.sender?.login ?? "Somebody";
  const where = told.repository?.full_name ?? "GitHub";
  const about = sentence(event, told, who);
  if (about !== undefined) return about;
  const did = [event.replaceAll("_", " "), told.action?.replaceAll("_", " ")].filter((word) => word !== undefined);
  return withUrl({ title: `${where}: ${did.join(" ")}, by ${who}`, facts: [] }, told.repository?.html_url);
}

function sentence(event: string, told: Event, who: string): HookWords | undefined {
  const where = told.repository?.full_name ?? "GitHub";
  const { pull_request: pull, issue, comment, review, release, workflow_run: run } = told;
  const did = told.action?.replaceAll("_", " ") ?? "changed";
  switch (event) {
    case "ping":
      return { title: `GitHub reaches me for ${where}.`, facts: [] };
    case "push": {
      const commits = told.commits ?? [];
      const branch = (told.ref ?? "").replace(/^refs\/(?:heads|tags)\//, "");
      const count = commits.length === 1 ? "1 commit" : `${commits.length} commits`;
      const how = told.forced === true ? "force-pushed" : "pushed";
      const shown = commits
        .slice(-3)
        .map(({ message }) => ({ label: "Commit", value: message.split("\n", 1)[0] ?? "" }));
      return withUrl({ title: `${who} ${how} ${count} to ${branch} in ${where}`, facts: shown }, told.compare);
    }
    case "pull_request": {
      if (pull === undefined) return undefined;
      const merged = did === "closed" && pull.merged === true ? "merged" : did;
      return withUrl(
        { title: `${who} ${merged} pull request #${pull.number} in ${where}: ${pull.title}`, facts: [] },
        pull.html_url,
      );
    }
    case "pull_request_review": {
      if (pull === undefined || review === undefined) return undefined;
      const state = review.state.replaceAll("_", " ");
      return withUrl(
        { title: `${who} reviewed pull request #${pull.number} in ${where}: ${state}`, facts: [] },
        review.html_url,
      );
    }
    case "issues":
      if (issue === undefined) return undefined;
      return withUrl(
        { title: `${who} ${did} issue #${issue.number} in ${where}: ${issue.title}`, facts: [] },
        issue.html_url,
      );
    case "issue_comment": {
      if (issue === undefined || comment === undefined) return undefined;
      const said = { label: "Said", value: comment.body };
      return withUrl(
        { title: `${who} commented on #${issue.number} in ${where}: ${issue.title}`, facts: [said] },
        comment.html_url,
      );
    }
    case "release":
      if (release === undefined) return undefined;
      return withUrl(
        { title: `${who} ${did} release ${release.name ?? release.tag_name} of ${where}`, facts: [] },
        release.html_url,
      );
    case "workflow_run": {
      if (run === undefined) return undefined;
      const end = run.conclusion ?? run.status ?? did;
      const branch = run.head_branch === undefined || run.head_branch === null ? "" : ` on ${run.head_branch}`;
      return withUrl(
        { title: `${run.name ?? "A workflow"} in ${where}${branch}: ${end.replaceAll("_", " ")}`, facts: [] },
        run.html_url,
      );
    }
    default:
      return undefined;
  }
}

function withUrl(words: HookWords, url: string | undefined): HookWords {
  return url === undefined ? words : { ...words, url };
}

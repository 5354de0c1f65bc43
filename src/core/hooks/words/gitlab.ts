import { z } from "zod";
import type { Json } from "#core/contract/json.ts";
import type { HookWords } from "./hook-words.ts";

/** https://docs.gitlab.com/user/project/integrations/webhook_events/ */
const Event = z.object({
  object_kind: z.string(),
  user_name: z.string().optional(),
  user: z.object({ name: z.string() }).optional(),
  ref: z.string().optional(),
  total_commits_count: z.number().optional(),
  commits: z.array(z.object({ title: z.string().optional(), message: z.string() })).optional(),
  project: z.object({ path_with_namespace: z.string(), web_url: z.string() }).optional(),
  object_attributes: z
    .object({
      iid: z.number().optional(),
      id: z.number().optional(),
      title: z.string().optional(),
      action: z.string().optional(),
      status: z.string().optional(),
      ref: z.string().optional(),
      note: z.string().optional(),
      url: z.string().optional(),
    })
    .optional(),
});

/** Done, as one says it of somebody: GitLab names the deed. */
const DID: Readonly<Record<string, string>> = {
  open: "opened",
  close: "closed",
  reopen: "reopened",
  update: "updated",
  merge: "merged",
  approved: "approved",
  unapproved: "took back the approval of",
};

/** What happened at GitLab, in a sentence; undefined for what is not its kind of body. */
export function gitlabWords(body: Json): HookWords | undefined {
  const read = Event.safeParse(body);
  if (!read.success) return undefined;
  const { object_kind: kind, project, object_attributes: about = {}, commits = [], ...told } = read.data;
  const who = told.user?.name ?? told.user_name ?? "Somebody";
  const where = project?.path_with_namespace ?? "GitLab";
  const url = about.url ?? project?.web_url;
  const words = (title: string, facts: HookWords["facts"] = []): HookWords =>
    url === undefined ? { title, facts } : { title, facts, url };
  const did = DID[about.action ?? ""] ?? about.action ?? "changed";
  switch (kind) {
    case "push": {
      const count = told.total_commits_count ?? commits.length;
      const branch = (told.ref ?? "").replace(/^refs\/heads\//, "");
      const shown = commits.slice(-3).map(({ title, message }) => ({ label: "Commit", value: title ?? message }));
      return words(`${who} pushed ${count} ${count === 1 ? "commit" : "commits"} to ${branch} in ${where}`, shown);
    }
    case "tag_push":
      return words(`${who} pushed the tag ${(told.ref ?? "").replace(/^refs\/tags\//, "")} to ${where}`);
    case "merge_request":
      return words(`${who} ${did} merge request !${about.iid ?? "?"} in ${where}: ${about.title ?? ""}`);
    case "issue":
      return words(`${who} ${did} issue #${about.iid ?? "?"} in ${where}: ${about.title ?? ""}`);
    case "note":
      return words(`${who} commented in ${where}`, [{ label: "Said", value: about.note ?? "" }]);
    case "pipeline":
      return words(`Pipeline ${about.id ?? ""} on ${about.ref ?? "?"} in ${where}: ${about.status ?? "changed"}`);
    default:
      return words(`${where}: ${kind.replaceAll("_", " ")}, by ${who}`);
  }
}

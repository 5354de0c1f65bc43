import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";
import { findProject } from "./project.ts";

type Asked = { readonly project: string };

/** The newest open issues. https://docs.gitlab.com/api/issues/#list-project-issues */
export function issues({ project }: Asked, nexus: Nexus): Promise<ModuleOutput> {
  return listed(project, "issues?state=opened&per_page=20", "issue", "#", nexus);
}

/** The open merge requests, those that wait longest first. https://docs.gitlab.com/api/merge_requests/ */
export function mergeRequests({ project }: Asked, nexus: Nexus): Promise<ModuleOutput> {
  return listed(project, "merge_requests?state=opened&sort=asc&per_page=20", "merge request", "!", nexus);
}

/** The latest pipelines. https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
export async function pipelines({ project }: Asked, nexus: Nexus): Promise<ModuleOutput> {
  const found = await findProject(project, nexus);
  if ("output" in found) return found.output;
  const answer = await ask(`/projects/${found.id}/pipelines?per_page=10`, nexus);
  if ("output" in answer) return answer.output;
  if (!Array.isArray(answer.value)) return unreadable().output;
  const rows = answer.value.flatMap((pipeline): [number, string, string, string][] => {
    const id = get(pipeline, "id");
    const status = textAt(pipeline, "status");
    if (typeof id !== "number" || status === undefined) return [];
    return [[id, status, textAt(pipeline, "ref") ?? "", dayOf(textAt(pipeline, "updated_at"))]];
  });
  const remember = { project: found.path };
  const [first] = rows;
  if (first === undefined) return { summary: `${found.path} has no pipeline yet.`, data: { pipelines: 0 }, remember };
  const failed = rows.filter(([, status]) => status === "failed").length;
  return {
    summary: `The latest pipeline of ${found.path} is ${first[1]}${failed === 0 ? "" : `; ${failed} of the last ${rows.length} failed`}.`,
    parts: [
      {
        type: "table",
        caption: `Pipelines of ${found.path}`,
        columns: [{ header: "Pipeline", align: "right" }, { header: "State" }, { header: "Branch" }, { header: "Day" }],
        rows,
      },
    ],
    data: { pipelines: rows.length, failed, latest: first[1] },
    remember,
  };
}

async function listed(project: unknown, path: string, what: string, sign: string, nexus: Nexus): Promise<ModuleOutput> {
  const found = await findProject(project, nexus);
  if ("output" in found) return found.output;
  const answer = await ask(`/projects/${found.id}/${path}`, nexus);
  if ("output" in answer) return answer.output;
  if (!Array.isArray(answer.value)) return unreadable().output;
  const rows = answer.value.flatMap((one): [string, string, string, string][] => {
    const number = get(one, "iid");
    const title = textAt(one, "title");
    if (typeof number !== "number" || title === undefined) return [];
    const by = textAt(get(one, "author"), "username") ?? "somebody";
    return [[`${sign}${number}`, title, by, dayOf(textAt(one, "created_at"))]];
  });
  const remember = { project: found.path };
  const [first] = rows;
  if (first === undefined) return { summary: `${found.path} has no open ${what}.`, data: { open: 0 }, remember };
  const many = rows.length === 1 ? `one open ${what}` : `${rows.length} open ${what}s`;
  return {
    summary: `${found.path} has ${many}, first ${first[0]}: ${first[1]}.`,
    parts: [
      {
        type: "table",
        caption: `Open ${what}s of ${found.path}`,
        columns: [{ header: "Number" }, { header: "Title" }, { header: "By" }, { header: "Since" }],
        rows,
      },
    ],
    data: { open: rows.length, numbers: rows.map(([number]) => number) },
    remember,
  };
}

function dayOf(moment: string | undefined): string {
  return moment !== undefined && /^\d{4}-\d\d-\d\dT/.test(moment) ? moment.slice(0, 10) : "";
}

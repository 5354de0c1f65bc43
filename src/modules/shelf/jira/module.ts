import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";

/** One issue. https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ */
export async function issue(input: { key: string; site: string }, nexus: Nexus): Promise<ModuleOutput> {
  const site = siteOf(input.site);
  if (site === undefined) return notASite();
  const key = typeof input.key === "string" ? input.key.trim().toUpperCase() : "";
  if (!/^[A-Z][A-Z0-9]{1,9}-\d{1,7}$/.test(key)) return notThat("key", "The key of an issue looks like OPS-42.");
  const answer = await ask(`${site}/rest/api/3/issue/${key}?fields=${FIELDS}`, nexus);
  if ("output" in answer) return answer.output;
  const row = toRow(answer.value);
  if (row === undefined) return unreadable().output;
  return {
    summary: `${row.key}: ${row.summary}. It is ${row.status}, and ${row.who === "" ? "nobody has it" : `${row.who} has it`}.`,
    parts: [
      {
        type: "fields",
        items: [
          { label: "State", value: row.status },
          { label: "Kind", value: row.kind || "unknown" },
          { label: "Priority", value: row.priority || "none" },
          { label: "Changed", value: row.day || "unknown" },
        ],
      },
    ],
    data: { ...row },
    remember: { site },
  };
}

/** The open issues of a project. https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/ */
export async function open(input: { project: string; site: string }, nexus: Nexus): Promise<ModuleOutput> {
  const site = siteOf(input.site);
  if (site === undefined) return notASite();
  const project = typeof input.project === "string" ? input.project.trim().toUpperCase() : "";
  // It stands inside a query: nothing but a key may.
  if (!/^[A-Z][A-Z0-9]{1,9}$/.test(project)) return notThat("project", "The key of a project looks like OPS.");
  const jql = encodeURIComponent(`project = "${project}" AND statusCategory != Done ORDER BY updated DESC`);
  const answer = await ask(`${site}/rest/api/3/search/jql?jql=${jql}&fields=${FIELDS}&maxResults=20`, nexus);
  if ("output" in answer) return answer.output;
  const list = get(answer.value, "issues");
  if (!Array.isArray(list)) return unreadable().output;
  const rows = list.flatMap((one) => toRow(one) ?? []);
  const remember = { project, site };
  const [first] = rows;
  if (first === undefined) return { summary: `${project} has no open issue.`, data: { open: 0 }, remember };
  return {
    summary: `${project} has ${rows.length === 1 ? "one open issue" : `${rows.length} open issues`}; ${first.key} changed last: ${first.summary}.`,
    parts: [
      {
        type: "table",
        caption: `Open issues of ${project}`,
        columns: [
          { header: "Key" },
          { header: "Issue" },
          { header: "State" },
          { header: "Who" },
          { header: "Changed" },
        ],
        rows: rows.map(({ key, summary, status, who, day }) => [key, summary, status, who, day]),
      },
    ],
    data: { open: rows.length, keys: rows.map(({ key }) => key) },
    remember,
  };
}

const FIELDS = "summary,status,issuetype,priority,assignee,updated";

interface Row {
  readonly key: string;
  readonly summary: string;
  readonly status: string;
  readonly kind: string;
  readonly priority: string;
  /** Empty when nobody has it. */
  readonly who: string;
  readonly day: string;
}

function toRow(value: unknown): Row | undefined {
  const fields = get(value, "fields");
  const key = textAt(value, "key");
  const summary = textAt(fields, "summary");
  const status = textAt(get(fields, "status"), "name");
  if (key === undefined || summary === undefined || status === undefined) return undefined;
  const updated = textAt(fields, "updated") ?? "";
  return {
    key,
    summary,
    status,
    kind: textAt(get(fields, "issuetype"), "name") ?? "",
    priority: textAt(get(fields, "priority"), "name") ?? "",
    who: textAt(get(fields, "assignee"), "displayName") ?? "",
    day: /^\d{4}-\d\d-\d\dT/.test(updated) ? updated.slice(0, 10) : "",
  };
}

function siteOf(site: unknown): string | undefined {
  return typeof site === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(site) ? site : undefined;
}

function notASite(): ModuleOutput {
  return notThat("site", "The cloud id of a Jira site is 32 letters and digits in five groups.");
}

function notThat(slot: string, say: string): ModuleOutput {
  return { error: { code: "slot_invalid", say, slot } };
}

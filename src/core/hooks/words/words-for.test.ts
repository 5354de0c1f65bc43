import { expect, test } from "vitest";
import type { HookFormat } from "#core/contract/hook.ts";
import type { Json } from "#core/contract/json.ts";
import { isByProgram } from "./slack.ts";
import { wordsFor } from "./words-for.ts";

const github = {
  sender: { login: "ada" },
  repository: { full_name: "example/rocket", html_url: "https://github.com/example/rocket" },
};
const pull = { number: 3, title: "Oil the door", html_url: "https://github.com/example/rocket/pull/3" };

test.each<[HookFormat, string | undefined, Json, string]>([
  ["github", "ping", { ...github, zen: "Keep it simple." }, "GitHub reaches me for example/rocket."],
  [
    "github",
    "push",
    { ...github, ref: "refs/heads/main", forced: true, commits: [{ message: "Oil the door\n\nIt sticks." }] },
    "ada force-pushed 1 commit to main in example/rocket",
  ],
  [
    "github",
    "pull_request",
    { ...github, action: "closed", pull_request: { ...pull, merged: true } },
    "ada merged pull request #3 in example/rocket: Oil the door",
  ],
  [
    "github",
    "pull_request",
    { ...github, action: "ready_for_review", pull_request: pull },
    "ada ready for review pull request #3 in example/rocket: Oil the door",
  ],
  [
    "github",
    "workflow_run",
    {
      ...github,
      action: "completed",
      workflow_run: {
        name: "CI",
        conclusion: "timed_out",
        head_branch: "main",
        html_url: "https://github.com/example/rocket/actions/1",
      },
    },
    "CI in example/rocket on main: timed out",
  ],
  [
    "github",
    "deployment_status",
    { ...github, action: "created" },
    "example/rocket: deployment status created, by ada",
  ],
  ["github", "push", "no object at all", "no object at all"],
  [
    "gitlab",
    undefined,
    {
      object_kind: "merge_request",
      user: { name: "Ada" },
      object_attributes: { iid: 3, title: "Oil", action: "merge" },
    },
    "Ada merged merge request !3 in GitLab: Oil",
  ],
  [
    "gitlab",
    undefined,
    {
      object_kind: "wiki_page",
      user: { name: "Ada" },
      project: { path_with_namespace: "a/b", web_url: "https://gitlab.com/a/b" },
    },
    "a/b: wiki page, by Ada",
  ],
  [
    "alertmanager",
    undefined,
    {
      status: "firing",
      alerts: [
        { status: "firing", labels: { alertname: "DiskFull" } },
        { status: "firing", labels: { alertname: "Slow" } },
      ],
    },
    "2 alerts are firing: DiskFull, Slow",
  ],
  [
    "slack",
    undefined,
    { type: "event_callback", token: "old", event: { type: "message", user: "U1", channel: "C1", text: "hello" } },
    "Slack: message by U1 in C1",
  ],
  ["alertmanager", undefined, { status: "resolved", alerts: [{ status: "resolved", labels: {} }] }, "Alert is over"],
  ["any", undefined, { state: "fine", title: "Backup done", size: 12 }, "Backup done"],
  ["any", "deploy", { nested: { deep: true } }, "deploy"],
  ["any", undefined, null, "Something came, with nothing in it."],
  ["any", undefined, [1, 2], "[1,2]"],
])("%s %s is told in a sentence", (format, event, body, title) => {
  expect(wordsFor(format, event, body).title).toBe(title);
});

test("a field of the wrong kind makes no error: what came is told by its own fields", () => {
  const words = wordsFor("github", "issues", { sender: 7, title: "odd" });
  expect(words).toMatchObject({ title: "odd", facts: [{ label: "sender", value: "7" }] });
});

test("what a sender proves itself with is not told", () => {
  const body = { title: "Sold", token: "xyz", client_secret: "xyz", api_key: "xyz", size: 2 };
  expect(wordsFor("any", undefined, body)).toEqual({ title: "Sold", facts: [{ label: "size", value: "2" }] });
  expect(wordsFor("slack", undefined, { type: "other", token: "xyz" })).toEqual({ title: "other", facts: [] });
});

test("what a program did in a Slack is known for it, so that a post never brings the next", () => {
  const event = { type: "message", channel: "C1", text: "posted by NEXUS" };
  for (const by of [{ bot_id: "B1" }, { bot_profile: { id: "B1" } }, { subtype: "bot_message" }]) {
    expect(isByProgram({ type: "event_callback", event: { ...event, ...by } })).toBe(true);
  }
  expect(isByProgram({ type: "event_callback", event: { ...event, user: "U1" } })).toBe(false);
  expect(isByProgram({ bot_id: "B1" })).toBe(false);
});

test("of many alerts the first are told, and how many more there are", () => {
  const alerts = Array.from({ length: 20 }, (_, at) => ({
    status: "firing",
    labels: { alertname: `A${at}`, severity: "page" },
  }));
  const { facts } = wordsFor("alertmanager", undefined, { status: "firing", alerts, truncatedAlerts: 5 });
  expect(facts.at(-1)).toEqual({ label: "And", value: "17 more" });
});

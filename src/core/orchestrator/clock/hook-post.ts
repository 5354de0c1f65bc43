import type { HookTask } from "#core/contract/hook.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Json } from "#core/contract/json.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { wordsOf } from "#core/hooks/field.ts";
import { fill } from "#core/hooks/template.ts";
import { wordsFor } from "#core/hooks/words/words-for.ts";
import type { StoredHook } from "#core/store/store.ts";
import { clip } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** What came, as it is told. */
export interface HookNews {
  readonly body: Json;
  readonly event: string | undefined;
  readonly isTest: boolean;
}

/**
 * What a program outside sent, as a post: its text is inert, a link shows its host, and it says that it is not NEXUS who
 * speaks.
 * @throws NexusError no_data where nothing of a template is in what came
 */
export function hookPost(
  hook: Pick<StoredHook, "plan" | "code">,
  task: Exclude<HookTask, { do: "run" }>,
  { body, event, isTest }: HookNews,
): Reply {
  const { title, facts, url } =
    task.do === "tell"
      ? wordsFor(task.format, event, body)
      : { title: filled(task.text, body), facts: [], url: undefined };
  const link = url === undefined ? undefined : linkOf(url);
  const summary = clip(task.do === "tell" ? tame(title) : title, LONGEST) || "Something came, with nothing in it.";
  const items = facts.flatMap(({ label, value }) => {
    const words = tame(value);
    return words === "" ? [] : [{ label: tame(label), value: words }];
  });
  const parts: Part[] = [
    { type: "text", markdown: summary },
    ...(items.length === 0 ? [] : [{ type: "fields" as const, items }]),
    ...(link === undefined ? [] : [{ type: "sources" as const, items: [link] }]),
    { type: "context", markdown: fromOutside(hook, isTest) },
  ];
  return { summary, parts, visibility: "everyone" };
}

/** Who speaks: not NEXUS, and nobody here. */
export function fromOutside({ plan, code }: Pick<StoredHook, "plan" | "code">, isTest: boolean): string {
  return `${isTest ? "**A test**, sample data · " : ""}From outside, by the hook “${inert(plan.title)}” · \`hook ${code}\``;
}

function filled(template: string, body: Json): string {
  const text = fill(template, body, tame);
  if (text !== undefined) return text;
  throw new NexusError("no_data", "none of a template's fields is in what came", {
    say: "None of the fields that the hook's words name is in what came.",
    hint: "`hook` with its code shows the words; the sender may send other kinds of events, too.",
  });
}

/** A stranger's text in one line that pings nobody and is no link but to https. */
export function tame(text: string): string {
  const words = wordsOf(text) ?? "";
  return inert(words.replaceAll(OTHER_LINK, (scheme) => scheme.replace(":", ":\u2060")));
}

/** `http://`, `javascript:`, `slack://` and whatever else an app would open; https shows where it leads by itself. */
const OTHER_LINK = /\b(?!https:\/\/)[a-z][a-z0-9+.-]{1,20}:(?=\/\/)|\b(?:javascript|data|vbscript|mailto|tel|file):/gi;

/** Where more is, by its host; undefined where that is no plain https address. */
function linkOf(url: string): { title: string; url: string } | undefined {
  if (url.length > LONGEST_URL || !URL.canParse(url)) return undefined;
  const { protocol, host, username, password, href } = new URL(url);
  return protocol === "https:" && username === "" && password === "" ? { title: host, url: href } : undefined;
}

const LONGEST = 600;
const LONGEST_URL = 1_000;

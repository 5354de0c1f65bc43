import { EXPORT_FORMATS, type ExportFormat, exportLines } from "#core/audit/export.ts";
import { readSpan, type Span } from "#core/audit/span.ts";
import type { AuditEntry } from "#core/contract/audit.ts";
import { ERRORS } from "#core/contract/errors.ts";
import { moment } from "#core/contract/moment.ts";
import type { Reply } from "#core/contract/reply.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { aboutOf } from "./audit-about.ts";
import { namesIn } from "./audit-names.ts";
import { installedItems } from "#core/orchestrator/growth/install-story.ts";
import { labelOf, storyOf, tellStory } from "./audit-story.ts";
import { say } from "#core/orchestrator/compose.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { mayExplain, StoredDecision } from "#core/orchestrator/why.ts";

/** What can be typed about what was done, and who agreed to it. */
export type AuditCommand =
  | { readonly name: "audit"; readonly do: "list"; readonly count: number; readonly about?: string }
  | { readonly name: "audit"; readonly do: "verify" }
  | {
      readonly name: "audit";
      readonly do: "export";
      readonly format: ExportFormat;
      readonly from?: string;
      readonly to?: string;
    }
  | { readonly name: "audit"; readonly do: "who" };

const WHO =
  /^who (?:(?:has )?(?:approved|agreed to|allowed|rejected|did|asked for|requested|ran)|okayed|ok'd) (?:this|that|it)$/i;
const LIST = /^(?:audit(?: log| trail)?|show (?:me )?the audit(?: log)?)(?: (?:last )?(\d{1,3}))?$/i;
const ABOUT = /^audit (?:about|of) (?:the )?([a-z0-9][\w .-]{1,39}?)(?: module)?$/i;
const EXPORT = /^audit export(?: from (?<from>\S+))?(?: to (?<to>\S+))?(?: (?:as )?(?<format>jsonl|ocsf))?$/i;

/** @param words a text without its closing marks, its letters as they were typed */
export function readAuditCommand(words: string): AuditCommand | undefined {
  if (WHO.test(words)) return { name: "audit", do: "who" };
  if (/^(?:audit verify|verify the audit)$/i.test(words)) return { name: "audit", do: "verify" };
  const about = ABOUT.exec(words)?.[1];
  if (about !== undefined) return { name: "audit", do: "list", count: MOST_ROWS, about: dashed(about) };
  const listed = LIST.exec(words);
  if (listed !== null)
    return { name: "audit", do: "list", count: Math.min(Number(listed[1] ?? USUAL_ROWS), MOST_ROWS) };
  const groups = EXPORT.exec(words)?.groups;
  if (groups === undefined) return undefined;
  const { from, to } = groups;
  const format = EXPORT_FORMATS.find((known) => known === groups["format"]?.toLowerCase()) ?? "jsonl";
  return { name: "audit", do: "export", format, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

const USUAL_ROWS = 20;
const MOST_ROWS = 100;
/** What a chat can be given as a file; more is for the command line. */
const MOST_EXPORTED = 5_000;

/** Tells from the audit. Who agreed to what is told to whoever saw it; all of it to admins, and to them alone. */
export async function onAuditCommand(deps: OrchestratorDeps, scene: Scene, command: AuditCommand): Promise<Outcome> {
  if (command.do === "who") return { replies: [await whoDid(deps, scene)] };
  await requirePermission(deps, scene, "audit.read");
  switch (command.do) {
    case "list":
      return { replies: [alone(await list(deps, scene, command))] };
    case "verify":
      return { replies: [alone(await verify(deps, scene))] };
    case "export": {
      const span = readSpan(command.from, command.to);
      return "unread" in span
        ? { replies: [alone(say(`I cannot read “${inert(span.unread)}” as a day. Write it like 2026-03-31.`))] }
        : exported(deps, scene, span, command.format);
    }
    default:
      return command satisfies never;
  }
}

/** “Who approved this?”, of what was last answered here. */
async function whoDid(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  const { answered } = scene.state;
  const { decisions } = deps.store.forOrg(scene.turn.org);
  const decision = answered && StoredDecision.safeParse(await decisions.get(answered)).data;
  const isHidden = decision !== undefined && !mayExplain(decision, scene.person);
  const story = answered === undefined || isHidden ? undefined : await storyOf(deps, scene, answered);
  const installed = story === undefined ? [] : await installedItems(deps, scene, decision?.run);
  if (story === undefined || (story.entries.length === 0 && installed.length === 0)) {
    const hint = "Nothing that was last asked here needed anybody's approval, or changed anything outside.";
    return alone(errorReply("no_data", "I have nothing on record about that.", hint, scene.turn.turnId));
  }
  const { gate } = story;
  const told = await tellStory(deps, scene, story);
  const items = [...told, ...installed];
  const approvers = told.filter(({ label }) => label === "Approved by").map(({ value }) => value.split(",")[0] ?? "");
  const summary = whoSummary(approvers, gate?.state);
  const reply: Reply = {
    summary,
    parts: [
      { type: "text", markdown: gate === undefined ? summary : `${summary} ${gate.title}` },
      { type: "fields", items },
    ],
    visibility: "everyone",
  };
  // What is private was shown to its author alone, and so is this.
  return decision?.run?.dataClass === "private" ? alone(reply) : reply;
}

function whoSummary(approvers: readonly string[], state: string | undefined): string {
  if (state === undefined) return "Nobody had to approve that.";
  if (state === "open") return "Nobody has decided on that yet.";
  if (state !== "approved") return `That was not approved: it is ${state}.`;
  return `Approved by ${approvers.join(" and ")}.`;
}

async function list(
  deps: OrchestratorDeps,
  scene: Scene,
  { count, about }: Extract<AuditCommand, { do: "list" }>,
): Promise<Reply> {
  const { turn } = scene;
  const of = about === undefined ? {} : { subject: about };
  const entries = await deps.audit.read(turn.org, { limit: count, newestFirst: true, ...of });
  if (entries.length === 0) {
    return say(about === undefined ? "The audit has no entry yet." : `The audit has no entry about ${about}.`);
  }
  const nameOf = await namesIn(deps, turn.org, entries);
  const which = about === undefined ? `of ${entries[0]?.seq ?? 0} entries` : `entries about ${about}`;
  const summary = `The last ${entries.length} ${which}. \`audit verify\` checks them all.`;
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      {
        type: "table",
        caption: "Audit",
        columns: ["No.", "When", "What", "Who", "About"].map((header) => ({ header })),
        rows: await Promise.all(
          entries.map(async (entry) => [
            String(entry.seq),
            moment(entry.at, "date_time"),
            whatWas(entry),
            nameOf(entry.actor),
            await aboutOf(deps, scene, entry),
          ]),
        ),
      },
    ],
    visibility: "only_actor",
  };
}

/** What was done, and how it ended where the act does not say so itself. */
function whatWas({ act, outcome }: AuditEntry): string {
  const isSaid = outcome === "done" || act.endsWith(outcome) || act === "quota.reached";
  return isSaid ? labelOf(act) : `${labelOf(act)}, ${outcome}`;
}

async function verify(deps: OrchestratorDeps, { turn }: Scene): Promise<Reply> {
  const verdict = await deps.audit.verify(turn.org, turn.signal);
  if (!verdict.intact) {
    const cause = `The audit is broken: ${verdict.why}.`;
    return errorReply("audit_broken", cause, ERRORS.audit_broken.hint, turn.turnId);
  }
  const { entries, anchored, restoredAt } = verdict;
  const vouched =
    anchored === undefined
      ? " Nothing outside the database vouches for its end yet."
      : ` Its end was last anchored at entry ${anchored.seq}, ${moment(anchored.at, "date_time")}.`;
  const restored =
    restoredAt === undefined ? "" : ` A backup took it back to an earlier state, ${moment(restoredAt, "date_time")}.`;
  return say(`The audit has ${entries} ${entries === 1 ? "entry" : "entries"}, chain intact.${vouched}${restored}`);
}

async function exported(deps: OrchestratorDeps, scene: Scene, span: Span, format: ExportFormat): Promise<Outcome> {
  const { org, signal, turnId } = scene.turn;
  const lines: string[] = [];
  // Its own entry is written with the turn, and is not in it.
  for await (const line of exportLines(deps.audit, org, span, format, signal)) {
    lines.push(line);
    if (lines.length > MOST_EXPORTED) {
      const cause = `That is more than ${MOST_EXPORTED} entries, which is too much for a chat.`;
      const hint = "Name fewer days, or run `nexus audit export` where NEXUS runs: it has no limit.";
      return { replies: [alone(errorReply("request_invalid", cause, hint, turnId))] };
    }
  }
  const summary = `${lines.length} ${lines.length === 1 ? "entry" : "entries"} of the audit.`;
  const detail = {
    format,
    entries: lines.length,
    ...(span.from && { from: span.from.toISOString() }),
    ...(span.to && { to: span.to.toISOString() }),
  };
  const reply: Reply = {
    summary,
    parts: [
      { type: "text", markdown: summary },
      {
        type: "file",
        name: `audit-${scene.now.toISOString().slice(0, 10)}.${format}.jsonl`.replace(".jsonl.jsonl", ".jsonl"),
        mimeType: "application/x-ndjson",
        text: lines.map((line) => `${line}\n`).join(""),
        description: "One entry a line",
      },
    ],
    visibility: "only_actor",
  };
  const entry = {
    act: "audit.exported",
    outcome: "done",
    actor: actorOf(scene),
    right: "audit.read",
    subject: { kind: "audit", id: org },
    detail,
  } as const;
  return { replies: [reply], audit: [entry] };
}

function alone(reply: Reply): Reply {
  return { ...reply, visibility: "only_actor" };
}

/** A module as entries name it, whatever was typed. */
function dashed(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

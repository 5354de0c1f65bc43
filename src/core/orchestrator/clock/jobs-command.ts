import { setTimeout as after } from "node:timers/promises";
import { asNexusError } from "#core/contract/errors.ts";
import { moment } from "#core/contract/moment.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import type { JobView } from "#core/housekeeping/job.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What can be said about what NEXUS does by itself. */
export type JobsCommand = { readonly name: "jobs" } | { readonly name: "run_job"; readonly job: string };

/** Reads `jobs` and `run job backup`. */
export function readJobsCommand(said: string): JobsCommand | undefined {
  if (/^(?:(?:list|show)(?: me)? )?(?:the |your )?jobs$/i.test(said)) return { name: "jobs" };
  const job = /^(?:run|do) (?:the )?job (?<job>[a-z][a-z-]{1,40})(?: now)?$/i.exec(said)?.groups?.["job"];
  return job === undefined ? undefined : { name: "run_job", job: job.toLowerCase() };
}

/**
 * Shows what NEXUS does by itself, or has one of these jobs done now.
 * @throws NexusError not_allowed | job_unknown
 */
export async function onJobsCommand(deps: OrchestratorDeps, scene: Scene, command: JobsCommand): Promise<Outcome> {
  if (command.name === "jobs") {
    await requirePermission(deps, scene, "job.read");
    return { replies: [jobsReply(await deps.housekeeper.list())] };
  }
  const { job } = command;
  await requirePermission(deps, scene, "job.run");
  const done = await patiently(job, deps.housekeeper.run(job));
  const reply = say(done.words, [], [{ type: "context", markdown: "`jobs` shows all of them." }]);
  return {
    replies: [{ ...reply, visibility: "only_actor" }],
    audit: [
      {
        act: "job.run",
        outcome: done.failed ? "failed" : "done",
        actor: actorOf(scene),
        right: "job.run",
        subject: { kind: "job", id: job },
      },
    ],
  };
}

/** What became of a run, or that it goes on: what ends after the answer is in `jobs` and in the log. */
async function patiently(job: string, run: Promise<string>): Promise<{ words: string; failed: boolean }> {
  const late = after(PATIENCE_MS, undefined, { ref: false });
  const result = await Promise.race([run, late]).catch((error: unknown) => asNexusError(error));
  run.catch(() => undefined);
  if (result === undefined) return { words: `The job \`${job}\` has begun and goes on.`, failed: false };
  if (typeof result === "string") return { words: `The job \`${job}\` is done: ${inert(result)}.`, failed: false };
  if (result.code === "job_unknown") throw result;
  return { words: `The job \`${job}\` failed: ${result.say} ${result.hint}`, failed: true };
}

/** How long a person waits for a job before hearing that it goes on; ms. */
const PATIENCE_MS = 5_000;

function jobsReply(jobs: readonly JobView[]): Reply {
  const failed = jobs.filter(({ last }) => last?.outcome === "failed");
  const summary =
    failed.length === 0
      ? `I do ${jobs.length} things by myself, and none has failed.`
      : `I do ${jobs.length} things by myself. Failed at last: ${failed.map(({ name }) => name).join(", ")}.`;
  const parts: Part[] = [
    { type: "text", markdown: summary },
    { type: "fields", items: jobs.map((job) => ({ label: job.name, value: lineOf(job) })) },
    { type: "context", markdown: "`run job <name>` does one now." },
  ];
  return { summary, parts, visibility: "only_actor" };
}

function lineOf({ what, isRunning, last, nextAt, failures }: JobView): string {
  const next = isRunning ? "running now" : `next ${moment(nextAt, "date_time")}`;
  if (last === undefined) return `${what}; not done yet, ${next}`;
  const seconds = Math.max(0, Math.round((last.endedAt.getTime() - last.startedAt.getTime()) / 1_000));
  const took = seconds === 0 ? "" : ` in ${seconds} s`;
  const often = failures > 1 ? ` (${failures} times in a row)` : "";
  const came = last.outcome === "done" ? inert(last.result) : `failed${often}: ${inert(last.result)}`;
  return `${what}; ${moment(last.endedAt, "date_time")}: ${came}${took}; ${next}`;
}

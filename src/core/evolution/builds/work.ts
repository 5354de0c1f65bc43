import { channelOf } from "#core/contract/message.ts";
import { digestEntries } from "#core/contract/bundle.ts";
import { personRef } from "#core/contract/principal.ts";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import type { Provenance } from "#core/evolution/installer/installer.ts";
import type { GivenUp } from "#core/evolution/repair/prove.ts";
import { BuildRound } from "./build.ts";
import type { BuildsDeps } from "./builds-deps.ts";
import { type Desk, json } from "./desk.ts";
import { askerOf, type Draft, draftOf, manifestIn } from "./draft.ts";
import { entriesFromText, entriesToText } from "./entries-text.ts";
import { type Failure, notProven, notTaken, told, whatIsWrong } from "./failures.ts";
import { withEnd, withStep } from "./steps.ts";

/**
 * Works on one build from where it stands to its end: ready to be asked about, or given up. What is written down on the
 * way is where it goes on after a restart.
 * @throws NexusError with what ended it; the reason of `signal`
 */
export async function workOn(deps: BuildsDeps, desk: Desk, signal: AbortSignal): Promise<void> {
  const draft = await draftOf(deps, desk, signal);
  const checked =
    desk.written()?.asIs === true ? await check(deps, desk, draft, signal) : await prove(deps, desk, draft, signal);
  if (checked.state === "passed") await stage(deps, desk, checked, signal);
  else await giveUp(deps, desk, checked);
}

type Checked =
  | { readonly state: "passed"; readonly entries: BundleEntries; readonly report: ValidationReport }
  | {
      readonly state: "failed";
      readonly entries: BundleEntries;
      readonly report: ValidationReport;
      readonly failure: Failure;
    };

/** Somebody's finished work: found out about, and never changed. */
async function check(deps: BuildsDeps, desk: Desk, { entries, unread }: Draft, signal: AbortSignal): Promise<Checked> {
  await desk.step("check", "doing", "trying it in the sandbox");
  const options = {
    installed: deps.installed(desk.org),
    mutants: MUTANTS,
    unread,
    onProgress: (what: string) => desk.note("check", what),
  };
  const report = await deps.sandbox.validate(entries, options, signal);
  if (report.ok) return { state: "passed", entries, report };
  return { state: "failed", entries, report, failure: notTaken(report) };
}

/** Fewer than the kit at the command line tries: somebody waits. */
const MUTANTS = 32;

async function prove(deps: BuildsDeps, desk: Desk, draft: Draft, signal: AbortSignal): Promise<Checked> {
  const { org, build } = desk;
  const { buildPapers } = deps.store.forOrg(org);
  const rounds = (await buildPapers.rounds(build.id)).map((round) => BuildRound.parse(round));
  const last = await buildPapers.lastEntries(build.id);
  let isFailed = rounds.some(({ ok }) => !ok);
  if (isFailed) await desk.step("repair", "doing", "going on where I was interrupted");
  else await desk.step("check", "doing", "trying it in the sandbox");
  let tried = rounds.length;
  const before = desk.spent();
  const proof = await deps.prover.prove(
    {
      entries: last === undefined ? draft.entries : entriesFromText(last),
      specification: await specificationOf(deps, desk),
      asker: askerOf(desk),
      staysInside: await deps.staysInside(org, channelOf(build.conversation)),
      rounds,
      installed: deps.installed(org),
      unitsLeft: Math.max(0, build.allowedUnits - before),
      wrote: desk.written()?.wrote === "model" ? "model" : "builder",
    },
    async (round, entries, report) => {
      tried = round.round + 1;
      isFailed ||= !round.ok;
      await deps.store.transaction(async (inside) => {
        const papers = inside.forOrg(org).buildPapers;
        await papers.putRound(build.id, round.round, BuildRound.encode(round), entriesToText(entries));
        await papers.putPart(build.id, "report", JSON.stringify(report));
      });
      if (round.units > 0 || round.costMicroUsd !== undefined) await desk.spend(round.units, round.costMicroUsd);
      await noteRound(desk, round, report);
    },
    (note) => desk.note(isFailed ? "repair" : "check", note),
    signal,
  );
  // Answers that no round came of were paid for too.
  const more = proof.units - (desk.spent() - before);
  if (more > 1e-9) await desk.spend(more);
  const { entries, report } = proof;
  if (proof.state === "proven") return { state: "passed", entries, report };
  const failure = notProven(proof.why satisfies GivenUp, report, {
    rounds: Math.max(1, tried),
    finding: proof.finding,
  });
  return { state: "failed", entries, report, failure };
}

/** What each round came to, as the checklist has it. */
async function noteRound(desk: Desk, { round, ok }: BuildRound, report: ValidationReport): Promise<void> {
  if (ok) return;
  const what = `sandbox: ${whatIsWrong(report)}`;
  if (round > 0) return desk.step("repair", "doing", `repair ${round}: ${what}`);
  await desk.step("check", "failed", what);
  await desk.step("repair", "doing");
}

async function specificationOf({ store }: BuildsDeps, { org, build }: Desk): Promise<string> {
  const { buildPapers } = store.forOrg(org);
  const written = await buildPapers.part(build.id, "specification");
  const feedback = (await buildPapers.feedback(build.id)).map(({ words }) => words);
  return [written ?? build.need, ...feedback].join("\n");
}

async function stage(
  deps: BuildsDeps,
  desk: Desk,
  { entries, report }: Extract<Checked, { state: "passed" }>,
  signal: AbortSignal,
): Promise<void> {
  const { org, build } = desk;
  const written = desk.written();
  const bundle = await deps.sandbox.compile(entries, signal);
  const staged = await deps.installer.stage(org, {
    entries,
    bundle,
    report,
    provenance: provenanceOf(desk),
    contributors: await contributorsOf(deps, desk),
    notes: written?.notes ?? [],
    ...(written?.summary !== undefined && { summary: { text: written.summary, by: written.writer ?? "a model" } }),
  });
  await deps.store.forOrg(org).buildPapers.putPart(build.id, "report", JSON.stringify(report));
  const { name, version } = bundle.manifest;
  const wasRepaired = desk.steps().some((step) => step.name === "repair" && step.state !== "waiting");
  const repaired = wasRepaired ? withStep(desk.steps(), "repair", "done") : desk.steps();
  const steps = withStep(
    withStep(repaired, "check", "done", whatPassed(report)),
    "ask",
    "doing",
    "asking those who decide",
  );
  await desk.end(
    { state: "ready", steps: json(steps), result: { sha256: staged.sha256, module: name, version }, failure: null },
    {
      act: "build.ended",
      outcome: "done",
      actor: personRef(build.author),
      subject: { kind: "build", id: build.id, sha256: staged.sha256 },
      detail: { module: name, version, units: desk.spent() },
    },
  );
}

/** Those known now: somebody may have said something, or edited a file, since the work began. */
async function contributorsOf({ store }: BuildsDeps, { org, build }: Desk): Promise<Desk["build"]["contributors"]> {
  const said = (await store.forOrg(org).buildPapers.feedback(build.id)).map(({ by }) => by);
  return [...new Set([...build.contributors, ...said])];
}

function provenanceOf(desk: Desk): Provenance {
  const { build } = desk;
  const written = desk.written();
  if (build.source.kind === "index") return { from: "index", index: build.source.index, signer: written?.signer ?? "" };
  if (build.source.kind === "pack") return { from: "pack", name: build.source.name };
  const wrote = written?.wrote === "model" ? "model" : "builder";
  return {
    from: "build",
    build: build.id,
    wrote,
    ...(written?.writer !== undefined && { model: written.writer }),
    ...(written?.review && { review: written.review }),
  };
}

function whatPassed({ tests, mutation, egress }: ValidationReport): string {
  const hosts = new Set(egress.observed.map(({ host }) => host)).size;
  const killed = mutation === undefined ? "" : `, ${mutation.killed} of ${mutation.mutants} mutants killed`;
  return `${tests.passed} of ${tests.total} tests passed${killed}; ${hosts === 1 ? "1 host" : `${hosts} hosts`} contacted, none undeclared`;
}

async function giveUp(
  deps: BuildsDeps,
  desk: Desk,
  { entries, report, failure }: Extract<Checked, { state: "failed" }>,
): Promise<void> {
  const { org, build } = desk;
  const papers = deps.store.forOrg(org).buildPapers;
  await papers.putPart(build.id, "report", JSON.stringify(report));
  await papers.putPart(build.id, "draft", entriesToText(entries));
  const manifest = manifestIn(entries);
  const sha256 = digestEntries(entries);
  await desk.end(
    {
      state: "given_up",
      steps: json(withEnd(desk.steps(), failure.short)),
      failure: told(failure),
      ...(manifest && { result: { sha256, module: manifest.name, version: manifest.version } }),
    },
    {
      act: "build.ended",
      outcome: "failed",
      actor: personRef(build.author),
      subject: { kind: "build", id: build.id, sha256 },
      detail: { code: failure.code, units: desk.spent() },
    },
  );
}

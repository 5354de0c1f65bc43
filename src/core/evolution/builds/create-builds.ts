import { v7 } from "uuid";
import { digestEntries } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { BuildId, OrgId } from "#core/contract/ids.ts";
import { ValidationReport } from "#core/contract/validation.ts";
import { changesBetween } from "#core/evolution/review/changes-between.ts";
import type { Repositories, StoredBuild } from "#core/store/store.ts";
import { type Build, BuildRound, MAX_DIFF_CHARS } from "./build.ts";
import type { Builds } from "./builds.ts";
import type { BuildsDeps } from "./builds-deps.ts";
import { json } from "./desk.ts";
import { entriesAsRead, entriesFromText, entriesToText } from "./entries-text.ts";
import { openBuild } from "./open-build.ts";
import { requireFile } from "./edited-file.ts";
import { fromCheckOn, stepsFor, withEnd, withStep } from "./steps.ts";
import { toBuild, Written } from "./stored.ts";
import { createWorker } from "./worker.ts";

/** Makes the builds of a house. Nothing is worked on before `begin`. */
export function createBuilds(deps: BuildsDeps): Builds {
  const { store, audit } = deps;
  const worker = createWorker(deps, v7());

  const full = async (org: OrgId, row: StoredBuild): Promise<Build> =>
    toBuild(org, row, await store.forOrg(org).buildPapers.rounds(row.id));
  const row = async (org: OrgId, id: BuildId): Promise<StoredBuild> => {
    const found = await store.forOrg(org).builds.get(id);
    if (found === undefined) throw new NexusError("build_unknown", `no build ${id} in this org`);
    return found;
  };
  /** One that nobody works on, and of which nothing was installed: its author may still change their mind. */
  const draftRow = async (org: OrgId, id: BuildId): Promise<StoredBuild> => {
    const found = await row(org, id);
    if (!DRAFTS.some((state) => state === found.state)) throw notADraft(found);
    const same = await store.forOrg(org).builds.openOn(found.sourceKey);
    if (same !== undefined && same.id !== id) {
      throw new NexusError("conflict", `build ${same.code} is of the same`, {
        say: `The same is being built already: ${same.code}.`,
        hint: `Say \`build ${same.code}\` to see it.`,
      });
    }
    return found;
  };
  const lastEntries = async (org: OrgId, id: BuildId) => {
    const { buildPapers } = store.forOrg(org);
    const written = (await buildPapers.lastEntries(id)) ?? (await buildPapers.part(id, "draft"));
    // Where what people said led to nothing, what there was before it can still be edited.
    const text = written ?? (await buildPapers.part(id, "before"));
    return text === undefined ? undefined : entriesFromText(text);
  };

  return {
    open: (request) => openBuild(deps, request),
    async get(org, id) {
      const found = await store.forOrg(org).builds.get(id);
      return found && full(org, found);
    },
    async byCode(org, code) {
      const found = await store.forOrg(org).builds.byCode(code);
      return found && full(org, found);
    },
    async list(org, query) {
      const rows = await store.forOrg(org).builds.page(query);
      return Promise.all(rows.map((one) => full(org, one)));
    },
    async papers(org, id) {
      const { buildPapers } = store.forOrg(org);
      const found = await row(org, id);
      const entries = await lastEntries(org, id);
      const report = await buildPapers.part(id, "report");
      const specification = await buildPapers.part(id, "specification");
      const rounds = (await buildPapers.rounds(id)).map((round) => BuildRound.parse(round));
      return {
        files: entries === undefined ? new Map() : entriesAsRead(entries),
        ...(report !== undefined && { report: ValidationReport.parse(JSON.parse(report)) }),
        ...(specification !== undefined && { specification }),
        lastDiff: rounds.at(-1)?.diff ?? "",
        notes: found.written === undefined ? [] : Written.parse(found.written).notes,
        feedback: await buildPapers.feedback(id),
      };
    },
    shownBy: async (org, id) => (await store.forOrg(org).builds.get(id))?.shownBy,
    async stop(org, id, by) {
      const found = await row(org, id);
      const { steps, spentUnits } = toBuild(org, found, []);
      const isStopped = await store.transaction(async (inside) => {
        const change = { state: "stopped", steps: json(withEnd(steps, "stopped")) } as const;
        if (!(await inside.forOrg(org).builds.update(id, ["queued", "working"], change))) return false;
        await audit.recordIn(inside, org, {
          act: "build.ended",
          outcome: "refused",
          actor: by,
          right: "module.build",
          subject: { kind: "build", id },
          detail: { because: "stopped", units: spentUnits },
        });
        return true;
      });
      if (isStopped) worker.abort(id);
      worker.wake();
      return isStopped;
    },
    async feedback(org, id, said, by, turn) {
      const words = said.trim();
      const found = await draftRow(org, id);
      const build = toBuild(org, found, []);
      const contributors = [...new Set([...build.contributors, by])];
      const before = await lastEntries(org, id);
      const steps = stepsFor(build.source);
      const commit = async (inside: Repositories): Promise<void> => {
        const { builds, buildPapers } = inside.forOrg(org);
        const isChanged = await builds.update(id, DRAFTS, {
          state: "queued",
          steps: json(steps),
          contributors,
          allowedUnits: build.spentUnits + deps.units,
          failure: null,
          written: null,
          ...(turn && { shownBy: turn }),
        });
        if (!isChanged) throw new NexusError("internal", `build ${id} changed while it was sent back`);
        await buildPapers.dropParts(id, ["draft", "report", "specification", "before"]);
        if (words === "") await buildPapers.dropParts(id, ["material"]);
        else await buildPapers.addFeedback(id, by, words);
        // What comes of their words must be another module than this.
        if (words !== "" && before !== undefined) await buildPapers.putPart(id, "before", entriesToText(before));
        await buildPapers.dropRounds(id);
      };
      return { build: { ...build, contributors, state: "queued", steps }, commit };
    },
    async editDraft(org, id, file, by, turn) {
      const found = await draftRow(org, id);
      const build = toBuild(org, found, []);
      const before = await lastEntries(org, id);
      if (before === undefined) throw notADraft(found);
      requireFile(file);
      const after = new Map([...before, [file.path, new TextEncoder().encode(file.text)] as const]);
      const diff = await changesBetween(before, after, MAX_DIFF_CHARS);
      const contributors = [...new Set([...build.contributors, by.person])];
      const steps = withStep(fromCheckOn(build.steps), "write", "done", `${file.path} was edited by hand`);
      const written: Written = { wrote: "hand", notes: [], ...asWritten(found), asIs: true };
      const commit = async (inside: Repositories): Promise<void> => {
        const { builds, buildPapers } = inside.forOrg(org);
        const isChanged = await builds.update(id, DRAFTS, {
          state: "queued",
          steps: json(steps),
          contributors,
          failure: null,
          written: { ...written },
          ...(turn && { shownBy: turn }),
        });
        if (!isChanged) throw new NexusError("internal", `build ${id} changed while it was edited`);
        await buildPapers.putPart(id, "before", entriesToText(before));
        await buildPapers.putPart(id, "draft", entriesToText(after));
        await buildPapers.dropParts(id, ["report"]);
        await buildPapers.dropRounds(id);
        await audit.recordIn(inside, org, {
          act: "draft.edited",
          outcome: "done",
          actor: by.ref,
          right: "module.build",
          subject: { kind: "build", id, sha256: digestEntries(after) },
          ...(turn && { turn }),
          detail: { path: file.path, before: digestEntries(before) },
        });
      };
      return { build: { ...build, contributors, state: "queued", steps }, diff, commit };
    },
    async settle(inside, org, id, as) {
      const { builds } = inside.forOrg(org);
      const found = await builds.get(id);
      if (found === undefined) return;
      const { steps } = toBuild(org, found, []);
      const [state, note] = SETTLED[as];
      await builds.update(id, ["ready", "asked", "rejected"], {
        state: as,
        steps: json(withStep(steps, "ask", state, note)),
      });
    },
    wake: () => worker.wake(),
    begin: () => worker.begin(),
    finish: () => worker.finish(),
  };
}

/** States in which a build can be sent back or edited. */
const DRAFTS = ["ready", "asked", "rejected", "given_up", "stopped", "failed"] as const;

const SETTLED = {
  ready: ["waiting", "not decided on; `promote` asks again"],
  asked: ["doing", "waiting for those who decide"],
  installed: ["done", "approved and installed"],
  rejected: ["failed", "rejected"],
} as const;

function notADraft({ code, state }: StoredBuild): NexusError {
  const say =
    state === "installed"
      ? `What build ${code} made is installed: it is no draft any more.`
      : state === "queued" || state === "working"
        ? `Build ${code} is being worked on.`
        : `Build ${code} has nothing that could be edited.`;
  const hint = state === "installed" ? "Ask for a new build." : `Wait for its end, or say \`stop build ${code}\`.`;
  return new NexusError("conflict", `build ${code} is ${state}`, { say, hint });
}

function asWritten({ written }: StoredBuild): Partial<Written> {
  return written === undefined ? {} : Written.parse(written);
}

import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { AuditDraft } from "#core/contract/audit.ts";
import type { BuildUpdate, StoredBuild } from "#core/store/store.ts";
import type { Build, BuildStep } from "./build.ts";
import type { BuildsDeps } from "./builds-deps.ts";
import { withStep } from "./steps.ts";
import { toBuild, Written } from "./stored.ts";

type StepName = BuildStep["name"];

/** Where one build is worked on: its checklist as it is written down, what it has spent, and what it keeps. */
export interface Desk {
  readonly org: OrgId;
  readonly build: Build;
  readonly sourceKey: string;
  readonly shownBy: StoredBuild["shownBy"];
  steps(): readonly BuildStep[];
  spent(): number;
  written(): Written | undefined;
  /** Writes down how a step stands. @throws NexusError stopped when somebody has ended the build meanwhile */
  step(name: StepName, state: BuildStep["state"], note?: string): Promise<void>;
  /** What is being done within a step, for whoever waits. Written down when there is time. */
  note(name: StepName, text: string): void;
  spend(units: number, costMicroUsd?: number): Promise<void>;
  wrote(written: Written): Promise<void>;
  /** Ends the work, with what the record says of it. @throws NexusError stopped as above */
  end(change: BuildUpdate, draft: AuditDraft): Promise<void>;
}

/** Makes the desk of a build that is worked on. */
export function createDesk(deps: Pick<BuildsDeps, "store" | "audit" | "log">, org: OrgId, row: StoredBuild): Desk {
  const build = toBuild(org, row, []);
  let { steps } = build;
  let { spentUnits, costMicroUsd } = row;
  let written = row.written === undefined ? undefined : Written.parse(row.written);
  /** The writing of a note that is under way; while it is, newer ones wait for the next step. */
  let noting: Promise<unknown> | undefined;

  const change = async (update: BuildUpdate): Promise<void> => {
    await noting;
    if (await deps.store.forOrg(org).builds.update(build.id, ["working"], update)) return;
    throw endedMeanwhile(build);
  };
  return {
    org,
    build,
    sourceKey: row.sourceKey,
    shownBy: row.shownBy,
    steps: () => steps,
    spent: () => spentUnits,
    written: () => written,
    async step(name, state, note) {
      steps = withStep(steps, name, state, note);
      await change({ steps: json(steps) });
    },
    note(name, text) {
      steps = withStep(steps, name, "doing", text);
      noting ??= deps.store
        .forOrg(org)
        .builds.update(build.id, ["working"], { steps: json(steps) })
        .catch((err: unknown) => deps.log.warn({ err, build: build.id }, "a build's progress could not be noted"))
        .finally(() => (noting = undefined));
    },
    async spend(units, cost = 0) {
      spentUnits += units;
      costMicroUsd += cost;
      await change({ spentUnits, costMicroUsd });
    },
    async wrote(now) {
      written = now;
      await change({ written: { ...now } });
    },
    async end(update, draft) {
      await noting;
      await deps.store.transaction(async (inside) => {
        if (!(await inside.forOrg(org).builds.update(build.id, ["working"], update))) throw endedMeanwhile(build);
        await deps.audit.recordIn(inside, org, draft);
      });
    },
  };
}

/** A checklist as rows keep it. */
export function json(steps: readonly BuildStep[]) {
  return steps.map(({ name, state, note }) => ({ name, state, ...(note !== undefined && { note }) }));
}

function endedMeanwhile({ id }: Build): NexusError {
  return new NexusError("stopped", `build ${id} was ended while it was worked on`);
}

import { setTimeout as after } from "node:timers/promises";
import { NexusError } from "#core/contract/errors.ts";
import { actorRef } from "#core/contract/principal.ts";
import type { JobResource } from "#core/contract/programs/job.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { Housekeeper } from "#core/housekeeping/housekeeper.ts";
import type { JobView } from "#core/housekeeping/job.ts";
import type { AdminDeps } from "./admin-deps.ts";

type JobPrograms = Pick<Programs, "listJobs" | "runJob">;

/** What programs do with the jobs of a NEXUS: see them, and have one done now. */
export function createJobPrograms(
  deps: AdminDeps & { readonly housekeeper: Pick<Housekeeper, "list" | "run"> },
): JobPrograms {
  const { housekeeper, authorise, audit } = deps;
  return {
    async listJobs(principal, query) {
      await authorise(principal, "job.read");
      return pageOf((await housekeeper.list()).map(toResource), ({ name }) => name, query);
    },
    async runJob(principal, { name }) {
      const subject = { kind: "job", id: name };
      await authorise(principal, "job.run", subject);
      const run = housekeeper.run(name);
      const patience = new AbortController();
      // What goes on after the answer has its end in the list, and in the log.
      const outcome = await Promise.race([
        run.then(
          () => "done" as const,
          (error: unknown) => {
            if (error instanceof NexusError && error.code === "job_unknown") throw error;
            return "failed" as const;
          },
        ),
        after(PATIENCE_MS, "done" as const, { signal: patience.signal }),
      ]).finally(() => patience.abort());
      await audit.record(principal.org, {
        act: "job.run",
        outcome,
        actor: actorRef(principal),
        right: "job.run",
        subject,
      });
      const found = (await housekeeper.list()).find((job) => job.name === name);
      if (found === undefined) throw new NexusError("job_unknown", `no job ${name}`);
      return toResource(found);
    },
  };
}

/** How long a program waits for a job before it is told that it runs; ms. */
const PATIENCE_MS = 5_000;

function toResource({ name, what, nextAt, isRunning, failures, last }: JobView): JobResource {
  return {
    name,
    what,
    nextAt: nextAt.toISOString(),
    running: isRunning,
    failures,
    ...(last !== undefined && {
      last: { ...last, startedAt: last.startedAt.toISOString(), endedAt: last.endedAt.toISOString() },
    }),
  };
}

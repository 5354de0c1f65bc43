import { asNexusError, isAbort, NexusError } from "#core/contract/errors.ts";
import type { BuildId, OrgId } from "#core/contract/ids.ts";
import { personRef } from "#core/contract/principal.ts";
import type { StoredBuild } from "#core/store/store.ts";
import type { BuildsDeps } from "./builds-deps.ts";
import { createDesk, type Desk, json } from "./desk.ts";
import { failureOf, told } from "./failures.ts";
import { withEnd } from "./steps.ts";
import { workOn } from "./work.ts";

/** Works on builds in the background. */
export interface Worker {
  wake(): void;
  /** Ends what is done about a build; whoever calls it has written down that it is over. */
  abort(id: BuildId): void;
  /** Takes up what a former process left, and whatever comes. */
  begin(): Promise<void>;
  /** Begins nothing more, and leaves what is under way to the next process. */
  finish(): Promise<void>;
}

/** Makes the worker. It does nothing before it begins. @param holder names this start of this process */
export function createWorker(deps: BuildsDeps, holder: string): Worker {
  const { store, log } = deps;
  const running = new Map<BuildId, { readonly controller: AbortController; readonly ended: Promise<void> }>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isWanted = false;

  const look = async (): Promise<void> => {
    do {
      isWanted = false;
      for (;;) {
        const claimed = timer === undefined ? undefined : await store.buildQueue.claim(holder, MOST_AT_ONCE);
        if (claimed === undefined) break;
        take(claimed.org, claimed.build);
      }
      await announce();
    } while (isWanted);
  };
  const wake = (): void => {
    isWanted = true;
    looking ??= look()
      .catch((err: unknown) => log.error({ err }, "builds could not be looked after"))
      .finally(() => (looking = undefined));
  };

  const take = (org: OrgId, build: StoredBuild): void => {
    const controller = new AbortController();
    const ended = work(org, build, controller.signal).finally(() => {
      running.delete(build.id);
      wake();
    });
    running.set(build.id, { controller, ended });
  };

  const work = async (org: OrgId, row: StoredBuild, signal: AbortSignal): Promise<void> => {
    const desk = createDesk(deps, org, row);
    try {
      if (row.attempts > MOST_ATTEMPTS) throw tooOften(row);
      log.info({ build: row.id, attempt: row.attempts }, "working on a build");
      await workOn(deps, desk, signal);
      log.info({ build: row.id, units: desk.spent() }, "a build has come to its end");
    } catch (thrown) {
      // It was stopped, or is taken up again by the next process.
      if (signal.aborted || isOver(thrown)) return;
      await fail(desk, thrown);
    }
  };

  const fail = async (desk: Desk, thrown: unknown): Promise<void> => {
    const error = isAbort(thrown) ? new NexusError("upstream_unavailable", "it took too long") : asNexusError(thrown);
    const { id, author } = desk.build;
    if (error.code === "internal") log.error({ err: thrown, build: id }, "a build was given up");
    else log.warn({ err: error, build: id }, "a build ended in an error");
    const failure = failureOf(error);
    const ending = desk.end(
      { state: "failed", steps: json(withEnd(desk.steps(), failure.say)), failure: told(failure) },
      {
        act: "build.ended",
        outcome: "failed",
        actor: personRef(author),
        subject: { kind: "build", id },
        detail: { code: failure.code, units: desk.spent() },
      },
    );
    await ending.catch((err: unknown) => {
      if (!isOver(err)) log.error({ err, build: id }, "the end of a build could not be written down");
    });
  };

  /** Tells people of what has changed: once for each change, however often it is found. */
  const announce = async (): Promise<void> => {
    for (const { org, build } of await store.buildQueue.unannounced(AT_ONCE)) {
      await deps.receive(org, {
        kind: "due",
        what: "build",
        id: build.id,
        dedupeKeys: [`build:${build.id}:${build.change}`],
        sentAtMs: deps.clock().getTime(),
        actor: build.actor,
        conversation: build.conversation,
      });
      await store.buildQueue.announced(org, build.id, build.change);
    }
  };

  return {
    wake,
    abort: (id) => running.get(id)?.controller.abort(new NexusError("stopped", "the build was stopped")),
    async begin() {
      const left = await store.buildQueue.releaseOthers(holder);
      if (left > 0) log.info({ builds: left }, "taking up builds that the last process left");
      timer = setInterval(wake, LOOK_MS);
      wake();
    },
    async finish() {
      clearInterval(timer);
      timer = undefined;
      await looking;
      const ending = [...running.values()];
      for (const { controller } of ending) controller.abort(new NexusError("stopped", "NEXUS shuts down"));
      await Promise.all(ending.map(({ ended }) => ended));
      await looking;
    },
  };
}

function isOver(thrown: unknown): boolean {
  return thrown instanceof NexusError && thrown.code === "stopped";
}

function tooOften({ id, attempts }: StoredBuild): NexusError {
  return new NexusError("internal", `build ${id} was taken up ${attempts - 1} times and never came to an end`);
}

/** Builds are heavy: the sandbox runs hundreds of tests for each. */
const MOST_AT_ONCE = 2;
/** One that ends the process is not taken up for ever. */
const MOST_ATTEMPTS = 5;
/** How often to look for what was queued or changed elsewhere: in a turn's transaction, say. */
const LOOK_MS = 500;
const AT_ONCE = 50;

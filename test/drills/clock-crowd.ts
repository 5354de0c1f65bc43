import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readConfig } from "#config.ts";
import { newId, type OrgId, ScheduleId } from "#core/contract/ids.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { openStore } from "#core/store/store.ts";
import { startNexus } from "#main.ts";
import { sayingPlan } from "#test/clock-kit.ts";
import { recordingDoor, refFor } from "#test/delivery-kit.ts";
import { testActor, testConversation, testMessage } from "#test/platforms/test-message.ts";

/** What the crowd came to. */
export interface CrowdPlayed {
  readonly shown: number;
  readonly doubled: number;
  /** Slots that are not done. */
  readonly unfinished: number;
  readonly seconds: number;
  /** How long one person waited for each answer while nothing was due, and while everything was; ms. */
  readonly idleMs: readonly number[];
  readonly busyMs: readonly number[];
  /** What the service logged as errors. */
  readonly errors: number;
}

/**
 * Lets many schedules of many orgs come due in one minute in the whole service, while somebody goes on talking with it.
 * A fourth are briefings of what NEXUS knows itself, the others say a line; each has a channel that it shares with a few.
 */
export async function playCrowd(schedules: number, orgs: number, timeLimitMs: number): Promise<CrowdPlayed> {
  const dir = mkdtempSync(join(tmpdir(), "nexus-crowd-"));
  const dueAt = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 60 * 60_000);
  try {
    const ids = await prepare(join(dir, "nexus.db"), schedules, orgs, dueAt);
    let ahead = 0;
    let errors = 0;
    const quiet = (): void => undefined;
    const complain = (fields: object, message: string): void => {
      errors += 1;
      if (errors <= 5) console.error(message, fields);
    };
    const counts = new Map<string, number>();
    const answered = new Map<string, () => void>();
    const door = recordingDoor({
      deliver: async (outbound) => {
        const { channelId } = outbound.conversation;
        if (channelId === LIVE) answered.get(outbound.turnId)?.();
        else counts.set(outbound.turnId, (counts.get(outbound.turnId) ?? 0) + 1);
        return refFor(outbound);
      },
    });
    await using nexus = await startNexus(
      readConfig({ NEXUS_DATA_DIR: dir, NEXUS_HTTP_PORT: "off", NEXUS_SHUTDOWN_MS: "5000" }),
      {
        log: { debug: quiet, info: quiet, warn: quiet, error: complain },
        clock: () => new Date(Date.now() + ahead),
        doors: [door],
      },
    );
    let asked = 0;
    /** Asks, and resolves with how long the answer took. */
    const ask = async (): Promise<number> => {
      asked += 1;
      const sentAtMs = Date.now() + ahead;
      const message = testMessage({
        id: `live ${asked}`,
        channel: LIVE,
        tenant: "org-0",
        person: "liz",
        text: "reminders",
        sentAtMs,
      });
      const started = performance.now();
      const { promise, resolve } = Promise.withResolvers<void>();
      const received = await nexus.core.receive(message);
      if (!received.accepted) throw new Error("the platform's message was taken for another");
      answered.set(received.turnId, resolve);
      await promise;
      return performance.now() - started;
    };
    const idleMs: number[] = [];
    for (let count = 0; count < IDLE_QUESTIONS; count += 1) {
      idleMs.push(await ask());
      await pause(THINK_MS);
    }
    ahead = dueAt.getTime() - Date.now();
    const started = performance.now();
    const busyMs: number[] = [];
    while (counts.size < schedules && performance.now() - started < timeLimitMs) {
      busyMs.push(await ask());
      await pause(THINK_MS);
    }
    const seconds = (performance.now() - started) / 1_000;
    // Whatever would come twice has its chance.
    await pause(1_500);
    await nexus[Symbol.asyncDispose]();
    return {
      shown: counts.size,
      doubled: [...counts.values()].filter((count) => count > 1).length,
      unfinished: await countUnfinished(join(dir, "nexus.db"), ids),
      seconds,
      idleMs,
      busyMs,
      errors,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type Ids = readonly { readonly org: OrgId; readonly id: ScheduleId }[];

async function prepare(path: string, schedules: number, orgs: number, dueAt: Date): Promise<Ids> {
  await using store = await openStore(path, { clock: () => new Date() });
  const ids: { org: OrgId; id: ScheduleId }[] = [];
  const owners = await Promise.all(
    Array.from({ length: orgs }, async (_, index) => {
      const tenant = `org-${index}`;
      return { tenant, ...(await store.people.identify(testActor(tenant, "ada"))) };
    }),
  );
  for (let from = 0; from < schedules; from += 500) {
    const some = Array.from({ length: Math.min(500, schedules - from) }, (_, index) => from + index);
    await Promise.all(
      some.map(async (index) => {
        const owner = owners[index % orgs];
        if (owner === undefined) return;
        const id = newId(ScheduleId);
        const plan = planOf(owner.tenant, index, dueAt);
        await store
          .forOrg(owner.org)
          .schedules.put({ id, person: owner.person, code: `S${index}`, plan, nextAt: dueAt });
        ids.push({ org: owner.org, id });
      }),
    );
  }
  return ids;
}

function planOf(tenant: string, index: number, dueAt: Date): SchedulePlan {
  const cron = `${dueAt.getUTCMinutes()} ${dueAt.getUTCHours()} * * *`;
  const channel = {
    ...testConversation(tenant, `c${index % CHANNELS}`),
    kind: "channel",
    audience: "members",
  } as const;
  const briefing = { do: "briefing", sections: [{ kind: "house", what: "approvals" }], whenNothing: "line" } as const;
  return sayingPlan(cron, "UTC", {
    title: `Schedule ${index}`,
    actor: testActor(tenant, "ada"),
    place: channel,
    ...(index % 4 === 0 && { task: { ...briefing, sections: [...briefing.sections] } }),
  });
}

async function countUnfinished(path: string, ids: Ids): Promise<number> {
  await using store = await openStore(path, { clock: () => new Date() });
  let count = 0;
  for (const { org, id } of ids) {
    const slots = await store.forOrg(org).schedules.slots(id, 2);
    const isDone = slots.length === 1 && (slots[0]?.state === "done" || slots[0]?.state === "empty");
    if (!isDone) count += 1;
  }
  return count;
}

const LIVE = "live";
const CHANNELS = 400;
const IDLE_QUESTIONS = 60;
/** Between an answer and the next question. */
const THINK_MS = 20;

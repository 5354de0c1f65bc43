import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { openClockHouse, sayingPlan } from "#test/clock-kit.ts";

const dir = mkdtempSync(join(tmpdir(), "nexus-two-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const Names = z.array(z.string());

/** A process that looks for due slots on a database, when it is told to. */
function startLooker(path: string) {
  const script = fileURLToPath(new URL("../../../test/clock-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, path, "10000"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => z.string().parse((await lines.next()).value);
  return {
    ready: next(),
    async look(at: Date): Promise<string[]> {
      child.stdin.write(`${at.toISOString()}\n`);
      return Names.parse(JSON.parse(await next()));
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}

const FIRST = new Date("2026-11-24T07:05:00Z");
const BERLIN_MS = 60 * 60_000;
const LEAST_ROUNDS = 4;
const MOST_ROUNDS = 60;

test("two processes on one database never run a slot twice, and leave none out", { timeout: 60_000 }, async () => {
  const path = join(dir, "nexus.db");
  const schedules = 150;
  await using house = await openClockHouse("2026-11-24T07:00:00Z", path);
  for (let index = 0; index < schedules; index += 1) await house.add(sayingPlan("*/5 * * * *", "Europe/Berlin"));
  await using one = startLooker(path);
  await using other = startLooker(path);
  await Promise.all([one.ready, other.ready]);
  const counts = { one: 0, other: 0 };
  let rounds = 0;
  // Until both had a share: only then were they there at the same time.
  for (; rounds < LEAST_ROUNDS || (Math.min(counts.one, counts.other) === 0 && rounds < MOST_ROUNDS); rounds += 1) {
    const at = new Date(FIRST.getTime() + rounds * 5 * 60_000);
    const [first, second] = await Promise.all([one.look(at), other.look(at)]);
    counts.one += first.length;
    counts.other += second.length;
    const names = [...first, ...second];
    expect(new Set(names).size).toBe(names.length);
    const slot = new Date(at.getTime() + BERLIN_MS).toISOString().slice(0, 16);
    expect(names.filter((name) => name.endsWith(`:${slot}`))).toHaveLength(schedules);
  }
  expect(counts.one + counts.other).toBe(rounds * schedules);
  expect(Math.min(counts.one, counts.other)).toBeGreaterThan(0);
  house.set(new Date(FIRST.getTime() + rounds * 5 * 60_000).toISOString());
  const turns = await house.endTurns();
  expect(turns).toHaveLength(rounds * schedules);
});

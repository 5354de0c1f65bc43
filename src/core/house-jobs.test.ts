import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import { createSupervisor } from "#jobs/supervisor.ts";
import { readBackup } from "#core/backup/read-backup.ts";
import { openStore } from "#core/store/store.ts";
import { SILENT } from "#test/silent-log.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { createAudit } from "./audit/audit.ts";
import { createAuditWatch } from "./audit/watch.ts";
import { type HeavyUpkeep, houseJobs } from "./house-jobs.ts";

const never = new AbortController().signal;

async function open() {
  const dataDir = mkdtempSync(join(tmpdir(), "nexus-jobs-"));
  const database = join(dataDir, "nexus.db");
  const stack = new AsyncDisposableStack();
  const threads = stack.use(createSupervisor({ backoffMs: 1 }, SILENT));
  let now = new Date("2026-11-24T03:10:00Z");
  const clock = () => now;
  const store = stack.use(await openStore(database, { clock }));
  const { org } = await store.people.identify(testActor("acme", "ada"));
  const audit = createAudit({ store, key: Buffer.alloc(32, 1), clock });
  const identity = await generateX25519Identity();
  const folder = join(dataDir, "backups");
  const recipients = [await identityToRecipient(identity)];
  const backup = { at: "03:10", folder, recipients, withKey: false, keep: 2 };
  const jobsWith = (heavy: Partial<HeavyUpkeep>) =>
    houseJobs({
      store,
      audit,
      auditWatch: createAuditWatch({ audit, log: SILENT }),
      learning: { learnIfDue: () => Promise.resolve() },
      revocationUpkeep: { look: () => Promise.resolve() },
      proposalUpkeep: { look: () => Promise.resolve() },
      registry: { modules: () => [], invoke: () => Promise.reject(new Error("there is nothing to ask")) },
      defaults: { locale: "en-CA", timeZone: "America/Toronto" },
      log: SILENT,
      heavy: { threads, dataDir, database, version: "1.0.0", backup, ...heavy },
      saidDays: 30,
      clock,
    });
  const run = (name: string, heavy: Partial<HeavyUpkeep> = {}): Promise<string> => {
    const job = jobsWith(heavy).find((one) => one.name === name);
    if (job === undefined) throw new Error(`no job ${name}`);
    return job.run(never);
  };
  return {
    run,
    folder,
    identity,
    dataDir,
    audit,
    org,
    forward: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

test("NEXUS makes a backup while it runs, keeps the newest, and the audit says so", async () => {
  await using house = await open();
  for (let day = 0; day < 3; day++) {
    expect(await house.run("backup")).toMatch(/MB written and read back, \d older one/);
    house.forward(24 * 60 * 60_000);
  }
  const names = readdirSync(house.folder);
  expect(names).toEqual(["nexus-2026-11-25T03-10-00Z.nexusbackup", "nexus-2026-11-26T03-10-00Z.nexusbackup"]);
  const manifest = await readBackup(join(house.folder, names[1] ?? ""), { identities: [house.identity] });
  expect(manifest.rows["people"]).toBe(1);
  const entries = await house.audit.read(house.org, { after: 0, limit: 10 });
  expect(entries.map(({ act }) => act)).toEqual(["backup.made", "backup.made", "backup.made"]);
});

test("a backup that cannot be written says why, and leaves nothing behind", async () => {
  await using house = await open();
  const folder = join(house.dataDir, "a-file");
  writeFileSync(folder, "");
  const backup = { at: "03:10", folder, recipients: ["age1broken"], withKey: false, keep: 2 };
  await expect(house.run("backup", { backup })).rejects.toMatchObject({ code: "config_invalid" });
});

test("the database is read whole while it is in use", async () => {
  await using house = await open();
  expect(await house.run("database")).toMatch(/^\d\.\d MB read and whole, 0\.0 MB of it free$/);
});

test("a damaged database is found", async () => {
  await using house = await open();
  const database = join(house.dataDir, "other.db");
  writeFileSync(database, "this is no database at all, whatever its name says".repeat(100));
  await expect(house.run("database", { database })).rejects.toThrow(/not a database/);
});

test("each job that is always there does its work and says so in numbers", async () => {
  await using house = await open();
  await house.run("backup");
  expect(await house.run("retention")).toMatch(/^\d+ rows? forgotten$/);
  expect(await house.run("audit-check")).toBe("1 chain intact");
  expect(await house.run("audit-anchor")).toBe("1 chain anchored");
});

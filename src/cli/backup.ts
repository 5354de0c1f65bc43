import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Config, readConfig } from "#config.ts";
import type { Key, Lock } from "#core/backup/cipher.ts";
import { backupName, keepNewest } from "#core/backup/kept-backups.ts";
import { makeBackup, type MadeBackup } from "#core/backup/make-backup.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import { newestMigrations } from "#core/store/store.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { openData } from "./open-data.ts";
import { askHidden, readIdentities, readSecretFile } from "./secret-input.ts";

export const BACKUP_USAGE = `nexus backup [--out FILE] [--recipient age1… | --passphrase-file FILE] [--identity-file FILE] [--keep N]

  Makes an encrypted copy of all data, while NEXUS runs. Without --out it goes to backups/ in the data directory.
  --recipient        for whoever has the age identity of it; NEXUS_BACKUP_RECIPIENT does the same. Several with commas
  --passphrase-file  for whoever knows the first line of FILE; without either, you are asked
  --identity-file    open it again at once, to prove that it can be read
  --keep             delete all but the newest N backups in that folder
`;

/** Makes a backup. @returns the exit status */
export async function backup(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      out: { type: "string" },
      recipient: { type: "string" },
      "passphrase-file": { type: "string" },
      "identity-file": { type: "string" },
      keep: { type: "string" },
    },
  });
  const config = readConfig();
  const keep = readKeep(values.keep);
  const { lock, key } = await readLock(config, values);
  const now = new Date();
  const out = values.out === undefined ? join(config.dataDir, "backups", backupName(now)) : resolve(values.out);
  const withKey = config.vault.key === undefined && config.vault.keyFile === undefined;
  const order = { dataDir: config.dataDir, out, lock, withKey, version: readVersion(), ...(key && { key }) };
  const made = await makeBackup(order, () => now);
  report(made);
  const older = keep === undefined ? [] : keepNewest(dirname(out), keep);
  for (const name of older) process.stdout.write(`  Deleted the older ${name}\n`);
  await note(config, made);
  return 0;
}

function readKeep(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const keep = Number(text);
  if (Number.isInteger(keep) && keep >= 1) return keep;
  throw new NexusError("config_invalid", `--keep ${text}`, {
    say: `--keep is “${text}”, which is not a number from 1.`,
    hint: "Say how many backups are to stay, as in --keep 7.",
  });
}

interface Given {
  readonly recipient?: string | undefined;
  readonly "passphrase-file"?: string | undefined;
  readonly "identity-file"?: string | undefined;
}

async function readLock(config: Config, given: Given): Promise<{ lock: Lock; key?: Key }> {
  const identity = given["identity-file"];
  if (given["passphrase-file"] !== undefined) return byPassphrase(readSecretFile(given["passphrase-file"]));
  const recipient = given.recipient ?? config.backup.recipient;
  if (recipient !== undefined) {
    const recipients = recipient.split(",").map((one) => one.trim());
    const key = identity === undefined ? {} : { key: { identities: readIdentities(identity) } };
    return { lock: { recipients }, ...key };
  }
  const passphrase = await askHidden("Passphrase for the backup: ");
  if (passphrase === undefined) {
    throw new NexusError("config_invalid", "nobody said for whom the backup is locked", {
      say: "A backup is always encrypted, and nobody said for whom.",
      hint: "Give --recipient age1…, or --passphrase-file FILE, or run it in a terminal and type a passphrase.",
    });
  }
  if ((await askHidden("The same again: ")) !== passphrase) {
    throw new NexusError("config_invalid", "two passphrases", {
      say: "The two are not the same. Nothing was written.",
      hint: "Run it again.",
    });
  }
  return byPassphrase(passphrase);
}

function byPassphrase(passphrase: string): { lock: Lock; key: Key } {
  if (passphrase.length >= LEAST_PASSPHRASE) return { lock: { passphrase }, key: { passphrase } };
  throw new NexusError("config_invalid", "a short passphrase", {
    say: `The passphrase is shorter than ${LEAST_PASSPHRASE} characters: whoever finds the file could guess it.`,
    hint: "Four or five words nobody would put together do well.",
  });
}

const LEAST_PASSPHRASE = 12;

function report({ path, bytes, sha256, manifest, verified }: MadeBackup): void {
  const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
  const lines = [
    `Backed up: ${path}`,
    `  ${(bytes / 1024 / 1024).toFixed(1)} MB, ${rows} rows, NEXUS ${manifest.nexus}, sha256 ${sha256}`,
    verified === "opened"
      ? "  Opened again: every file in it has the digest it was written with."
      : "  Read back: every byte on the disk is as it was encrypted. Only its identity can open it: --identity-file proves that.",
    manifest.hasKey
      ? "  The key of the credentials is in it: whoever opens this backup has them."
      : "  The key of the credentials is not in it: it comes from outside. Keep it too, or they cannot be read.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** The audit says it too; the backup stands, whatever becomes of that. */
async function note(config: Config, { manifest, sha256 }: MadeBackup): Promise<void> {
  try {
    // A NEXUS of another version runs: to open its database would bring it up to date under its feet.
    if (manifest.migration !== newestMigrations().at(-1)) throw new NexusError("store_newer", manifest.migration);
    await using data = await openData(config);
    for (const { org } of await data.store.people.orgs()) {
      await data.audit.record(org, {
        act: "backup.made",
        outcome: "done",
        actor: { kind: "system", id: "nexus backup" },
        subject: { kind: "backup", id: manifest.madeAt, sha256 },
      });
    }
  } catch (error) {
    process.stderr.write(`nexus: the backup is made, but the audit does not say so: ${asNexusError(error).say}\n`);
  }
}

import { existsSync, mkdirSync, mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Config, readConfig } from "#config.ts";
import { settleRestore } from "#core/backup/settle-restore.ts";
import { createOrgMoves, type OrgChange, type OrgImport, type OrgMoves } from "#core/backup/move-org.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { lockDataDir, type Store } from "#core/store/store.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { openData, whichOrg } from "./open-data.ts";
import { packKept } from "./pack-kept.ts";

export const IMPORT_USAGE = `nexus import FILE [--org ORG] [--trust FINGERPRINT] [--dry-run]

  Makes an org's configuration what a file of \`nexus export\` says: all of it, or nothing. NEXUS must not be running.
  Modules in it are checked here when NEXUS runs again, and people are asked before any of them is installed.
  --org       where it goes: an id, or slack:T123; else the org of the workspace it came from, made when it is new here
  --trust     the fingerprint that \`nexus export\` printed there; a file of this NEXUS needs none
  --dry-run   say what would change, and change nothing
`;

/** Imports an org. @returns the exit status */
export async function importOrg(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      org: { type: "string" },
      trust: { type: "string" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    process.stderr.write(`nexus: import which file? Name one\n\n${IMPORT_USAGE}`);
    return 2;
  }
  const config = readConfig();
  const text = readImport(file);
  const dryRun = values["dry-run"];
  using stack = new DisposableStack();
  // A look at what would be made makes nothing where it would be.
  const isTrial = dryRun && !existsSync(join(config.dataDir, "nexus.db"));
  const dataDir = isTrial ? stack.use(mkdtempDisposableSync(join(tmpdir(), "nexus-import-"))).path : config.dataDir;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  stack.use(lockDataDir(dataDir));
  settleRestore(dataDir);
  await using data = await openData({ ...config, dataDir }, { mayMake: true });
  const moves = createOrgMoves({ ...data, version: readVersion(), pack: packKept, clock: () => new Date() });
  const org = await destination(data.store, moves, text, values.org, dryRun);
  if (org === undefined) return reportNew(config, moves, text);
  if (dryRun) return report(await moves.compare(org, text), true);
  return report(await moves.importOrg(org, text, values.trust, { kind: "system", id: "nexus import" }), false);
}

function readImport(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new NexusError("file_unreadable", file, {
      cause,
      say: `${file} cannot be read.`,
      hint: "Name another file.",
    });
  }
}

/** @returns undefined when the org would have to be made, and only a look was asked for */
async function destination(
  store: Store,
  moves: OrgMoves,
  text: string,
  wanted: string | undefined,
  dryRun: boolean,
): Promise<OrgId | undefined> {
  if (wanted !== undefined) return whichOrg(store, wanted);
  const { tenants } = moves.open(text).payload;
  for (const { platform, tenantId } of tenants) {
    const known = await store.people.orgOf(platform, tenantId);
    if (known !== undefined) return known;
  }
  const [first, ...rest] = tenants;
  if (first === undefined) return whichOrg(store, undefined);
  if (dryRun) return undefined;
  const org = await store.people.orgFor(first);
  for (const tenant of rest) await store.people.attachTenant(org, tenant);
  return org;
}

function reportNew(config: Config, moves: OrgMoves, text: string): number {
  const { payload, fingerprint } = moves.open(text);
  const { platform, tenantId } = payload.tenants[0] ?? { platform: "", tenantId: "" };
  const lines = [
    `Would make the org ${platform}:${tenantId} in ${config.dataDir}`,
    `  Signed with the key ${fingerprint}`,
  ];
  for (const [section, values] of Object.entries(payload.sections)) {
    for (const [key, value] of Object.entries(values)) lines.push(`  + ${section}  ${key}  ${show(value)}`);
  }
  for (const { name, version } of payload.modules ?? []) {
    lines.push(`  + installed  ${name} ${version}, once it is checked and approved there`);
  }
  process.stdout.write(`${lines.join("\n")}\n  Nothing was changed.\n`);
  return 0;
}

function report({ changes, missingCredentials, fingerprint, isOwn }: OrgImport, dryRun: boolean): number {
  const lines = [
    `${dryRun ? "Would change" : "Changed"}: ${changes.length} values`,
    `  Signed with ${isOwn ? "this NEXUS's own key" : "the key"} ${fingerprint}`,
  ];
  let title = "";
  for (const change of changes) {
    if (change.title !== title) lines.push(`  ${change.title}`);
    title = change.title;
    lines.push(`    ${line(change)}`);
  }
  const hooks = changes.flatMap(({ section, kind, key }) => (section === "hooks" && kind === "added" ? [key] : []));
  if (hooks.length > 0) {
    lines.push(`  Hooks that need a new secret, and their senders the new address: ${hooks.join(", ")}`);
    lines.push("    `hook` with the code and `secret` shows both, once NEXUS runs");
  }
  if (missingCredentials.length > 0) lines.push(`  To be connected here: ${missingCredentials.join(", ")}`);
  if (dryRun) lines.push("  Nothing was changed.");
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}

function line({ kind, key, from, to }: OrgChange): string {
  switch (kind) {
    case "added":
      return `+ ${key}  ${show(to)}`;
    case "removed":
      return `- ${key}  ${show(from)}`;
    case "changed":
      return `~ ${key}  ${show(from)} → ${show(to)}`;
    default:
      return kind satisfies never;
  }
}

function show(value: Json | undefined): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

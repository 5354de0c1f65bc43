import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "#config.ts";
import { createOrgMoves } from "#core/backup/move-org.ts";
import { NexusError } from "#core/contract/errors.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { openData, whichOrg } from "./open-data.ts";
import { packKept } from "./pack-kept.ts";

export const EXPORT_USAGE = `nexus export --out FILE [--org ORG]

  Writes an org's configuration as one signed file without secrets: the modules it has installed, what is switched off,
  grants, channel policies, roles, limits, routing, where approvals go, the schedules, watches and hooks of its channels,
  and the names of the credentials it works with. What goes to one person alone stays.
  --org   an id, or slack:T123 or discord:123; not needed where there is one org
`;

/** Exports an org. @returns the exit status */
export async function exportOrg(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { out: { type: "string" }, org: { type: "string" } } });
  if (values.out === undefined) {
    process.stderr.write(`nexus: export to which file? Name it with --out\n\n${EXPORT_USAGE}`);
    return 2;
  }
  const out = resolve(values.out);
  // Before the audit says that it was exported.
  if (existsSync(out)) throw unwritable(out, "is there already, and I overwrite nothing");
  const config = readConfig();
  await using data = await openData(config);
  const org = await whichOrg(data.store, values.org);
  const moves = createOrgMoves({ ...data, version: readVersion(), pack: packKept, clock: () => new Date() });
  const { text, fingerprint } = await moves.exportOrg(org, { kind: "system", id: "nexus export" });
  try {
    writeFileSync(out, text, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw unwritable(out, "cannot be written", cause);
  }
  process.stdout.write(
    `Exported: ${out}\n  ${text.length} bytes, no secret in it\n  Signed with the key ${fingerprint}\n  There: nexus import ${values.out} --dry-run\n`,
  );
  return 0;
}

function unwritable(path: string, what: string, cause?: unknown): NexusError {
  return new NexusError("file_unreadable", `${path} ${what}`, {
    cause,
    say: `${path} ${what}.`,
    hint: "Name another file with --out.",
  });
}

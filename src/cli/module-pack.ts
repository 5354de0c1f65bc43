import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readConfig } from "#config.ts";
import { NexusError } from "#core/contract/errors.ts";
import { PACK_ENDING, packBundle } from "#sandbox/bundle/pack.ts";
import { countFindings, hasError, showFindings } from "./module-findings.ts";
import { count, inkFor, type Look, markFor } from "./module-layout.ts";
import { openWorkshop } from "./module-sandbox.ts";
import { originOf, readModule } from "./module-source.ts";
import { lookAt } from "./module-static.ts";

/** Makes one file of a module that the static part of a check has nothing against. @returns 0 when it was made */
export async function packModule(
  wanted: {
    readonly path: string;
    readonly json: boolean;
    readonly output: string | undefined;
    readonly look: Look;
  },
  signal: AbortSignal,
): Promise<number> {
  const { look, json } = wanted;
  const reading = await readModule(wanted.path);
  await using launcher = await openWorkshop(readConfig());
  const { intake, findings } = await lookAt(launcher, reading, originOf(wanted.path), signal);
  const { manifest, sha256 } = intake;
  if (manifest === undefined || hasError(findings)) {
    const ink = inkFor(look);
    const head = ink(`${markFor(look, false)} Not packed: ${countFindings(findings)}.`, "red");
    const words = [head, ...showFindings(findings, look, ink)].join("\n");
    process.stdout.write(`${json ? JSON.stringify({ findings }) : words}\n`);
    return 1;
  }
  const bytes = packBundle(reading.entries);
  const path = resolve(wanted.output ?? `${manifest.name}-${manifest.version}${PACK_ENDING}`);
  write(path, bytes);
  const { size } = reading.entries;
  if (json) {
    process.stdout.write(`${JSON.stringify({ path, bytes: bytes.length, files: size, sha256, findings })}\n`);
    return 0;
  }
  process.stdout.write(`${path}\n${count(size, "file")}, ${count(bytes.length, "byte")}\nsha256 ${sha256}\n`);
  if (findings.length > 0) process.stdout.write(`${countFindings(findings)}: nexus module check ${wanted.path}\n`);
  return 0;
}

function write(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (cause) {
    const say = `${path} cannot be written.`;
    throw new NexusError("data_unusable", say, { cause, say, hint: "Name a file in a folder that is yours, with -o." });
  }
}

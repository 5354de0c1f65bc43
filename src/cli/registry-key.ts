import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { NexusError } from "#core/contract/errors.ts";
import { newIndexKey } from "#core/evolution/module-index/index-key.ts";

/** Makes a key to sign an index with, in a file that was not there. @returns 0 when it was made */
export function makeIndexKey(file: string, json: boolean): number {
  const { privateKey, publicKey } = newIndexKey();
  const path = resolve(file);
  try {
    writeFileSync(path, privateKey, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    const say = `${path} cannot be made: there is such a file already, or the folder is not yours.`;
    throw new NexusError("data_unusable", say, { say, cause, hint: "Name a new file in a folder of yours." });
  }
  if (json) process.stdout.write(`${JSON.stringify({ path, publicKey })}\n`);
  else {
    process.stdout.write(
      `${path}\nKeep it where nobody else reads it. Who uses your index puts the public key into NEXUS_MODULE_INDEXES:\n${publicKey}\n`,
    );
  }
  return 0;
}

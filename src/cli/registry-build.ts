import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readConfig } from "#config.ts";
import { NexusError } from "#core/contract/errors.ts";
import {
  INDEX_FILE,
  type IndexFile,
  readIndexFile,
  readSignature,
  SIGNATURE_FILE,
  writeSignature,
  type Written,
} from "#core/evolution/module-index/index-file.ts";
import { isSignedBy, signIndex } from "#core/evolution/module-index/index-key.ts";
import { type MadeIndex, makeIndex, type Offered } from "#core/evolution/module-index/make-index.ts";
import { readOffer } from "#sandbox/bundle/read-offer.ts";
import { openSandbox, openWorkshop } from "./module-sandbox.ts";

/** What an index is to be made of. */
export interface RegistryWish {
  readonly folder: string;
  readonly out: string;
  readonly key: string;
  readonly name: string;
  readonly written: Written;
  /** `module@version=why`. */
  readonly revoke: readonly string[];
  readonly isChecked: boolean;
  readonly json: boolean;
}

/** Makes an index, or the next state of the one that is there. @returns 0 when it was made, 1 when a module does not pass */
export async function buildRegistry(wish: RegistryWish, signal: AbortSignal): Promise<number> {
  const privateKey = readText(wish.key, "The key");
  const before = readBefore(wish.out, privateKey);
  const offered = foldersIn(wish.folder).map((folder): Offered => ({ ...readOffer(folder), written: wish.written }));
  const made = makeIndex(before, { name: wish.name, modules: offered, revoke: readRevocations(wish.revoke) });
  const fresh = offered.filter(({ manifest }) => made.added.includes(`${manifest.name} ${manifest.version}`));
  if (wish.isChecked && !(await allPass(fresh, wish.json, signal))) return 1;
  const { signature, publicKey } = signWith(made.text, privateKey);
  write(wish.out, made, signature);
  const { serial } = made.file;
  if (wish.json)
    process.stdout.write(`${JSON.stringify({ out: resolve(wish.out), serial, added: made.added, publicKey })}\n`);
  else {
    const news = made.added.length === 0 ? "nothing new" : `new: ${made.added.join(", ")}`;
    process.stdout.write(
      `${resolve(wish.out)}: number ${serial}, ${news}\n${wish.name}=<where it will be>#${publicKey}\n`,
    );
  }
  return 0;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => join(folder, name))
      .toSorted();
  } catch (cause) {
    throw unreadable(folder, "The folder of the modules", cause);
  }
}

/** The index that is there, when the same key signed it: what somebody else made is not continued unseen. */
function readBefore(out: string, privateKey: string): IndexFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(out, INDEX_FILE), "utf8");
  } catch {
    return undefined; // the first
  }
  const signature = readSignature(readText(join(out, SIGNATURE_FILE), "The signature"));
  const file = readIndexFile(text);
  if (
    file !== undefined &&
    signature !== undefined &&
    isSignedBy(text, signature, signWith(text, privateKey).publicKey)
  ) {
    return file;
  }
  const say = `${resolve(out)} holds an index that this key has not signed.`;
  throw new NexusError("index_untrusted", say, { say, hint: "Use the key it was made with, or another folder." });
}

function readRevocations(wishes: readonly string[]): Map<string, string> {
  return new Map(
    wishes.map((wish) => {
      const [, what, why] = /^([^=@]+@[^=]+)=(.+)$/.exec(wish) ?? [];
      if (what !== undefined && why !== undefined) return [what, why];
      const say = `“${wish}” does not say what is taken back, and why.`;
      throw new NexusError("request_invalid", say, { say, hint: "Write it as module@1.0.0=why." });
    }),
  );
}

async function allPass(offered: readonly Offered[], json: boolean, signal: AbortSignal): Promise<boolean> {
  if (offered.length === 0) return true;
  const config = readConfig();
  await using sandbox = openSandbox(config, await openWorkshop(config));
  let isGood = true;
  for (const { manifest, entries } of offered) {
    const report = await sandbox.validate(entries, { installed: [], mutants: MUTANTS }, signal);
    const score =
      report.mutation === undefined ? "" : `, faults noticed ${report.mutation.killed} of ${report.mutation.mutants}`;
    const tests = `${report.tests.passed} of ${report.tests.total} tests`;
    isGood &&= report.ok;
    if (!json)
      process.stderr.write(
        `${report.ok ? "passes" : "FAILS "} ${manifest.name} ${manifest.version}: ${tests}${score}\n`,
      );
  }
  return isGood;
}

const MUTANTS = 40;

/** Packs first and the signature last: whoever reads meanwhile sees the old index, or one that does not count yet. */
function write(out: string, made: MadeIndex, signature: string): void {
  for (const [path, text] of [
    ...made.packs,
    [INDEX_FILE, made.text] as const,
    [SIGNATURE_FILE, writeSignature(signature)] as const,
  ]) {
    const target = join(out, path);
    try {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(`${target}.new`, text);
      renameSync(`${target}.new`, target);
    } catch (cause) {
      const say = `${target} cannot be written.`;
      throw new NexusError("data_unusable", say, { say, cause, hint: "Name a folder that is yours, with --out." });
    }
  }
}

function signWith(text: string, privateKey: string): ReturnType<typeof signIndex> {
  try {
    return signIndex(text, privateKey);
  } catch (cause) {
    const say = "That file holds no key that an index can be signed with.";
    throw new NexusError("file_format", say, { say, cause, hint: "Make one with `nexus registry key FILE`." });
  }
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

function unreadable(path: string, what: string, cause: unknown): NexusError {
  const say = `${what} cannot be read at ${resolve(path)}.`;
  return new NexusError("file_unreadable", say, { say, cause, hint: "Compare the path." });
}

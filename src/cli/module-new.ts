import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MANIFEST_FILE } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import { ModuleName } from "#core/contract/ids.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { readFolder } from "#sandbox/bundle/read-folder.ts";
import { readManifest } from "#sandbox/bundle/read-manifest.ts";
import { sentence } from "./module-findings.ts";
import { readmeOf, skeletonOf, titleOf } from "./module-skeleton.ts";

/** The WebAssembly module that comes with NEXUS: the one to start from. */
const WASM_EXAMPLE = new URL("../modules/roman/", import.meta.url);

/** Writes a small module into a folder of its own. @returns the exit status */
export function newModule(wanted: { readonly name: string; readonly wasm: boolean; readonly folder?: string }): number {
  const { name, wasm } = wanted;
  if (!ModuleName.safeParse(name).success) {
    throw refusal(
      `“${name}” cannot be a module's name.`,
      "Use lower-case letters, digits and single dashes, as in exchange-rates.",
    );
  }
  const folder = resolve(wanted.folder ?? name);
  if (existsSync(folder))
    throw refusal(`${folder} is there already.`, "Choose another name, or another place with --folder.");
  const files = wasm ? wasmSkeletonOf(name) : skeletonOf(name);
  refuseName(files);
  for (const [path, content] of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { flag: "wx" });
  }
  const here = relative(process.cwd(), folder) || ".";
  const shown = here.startsWith("..") ? folder : here;
  process.stdout.write(`${[...files.keys()]
    .sort()
    .map((path) => `  ${join(shown, path)}\n`)
    .join("")}
Next:
  nexus module test ${shown}
  nexus module check ${shown}
`);
  return 0;
}

function wasmSkeletonOf(name: string): ReadonlyMap<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>(readFolder(fileURLToPath(WASM_EXAMPLE)).entries);
  const manifest: object = JSON.parse(readFileSync(new URL(MANIFEST_FILE, WASM_EXAMPLE), "utf8"));
  const renamed = { ...manifest, name, version: "0.1.0", title: titleOf(name) };
  return files
    .set("module.wat", readFileSync(new URL("module.wat", WASM_EXAMPLE)))
    .set(MANIFEST_FILE, `${JSON.stringify(renamed, undefined, 2)}\n`)
    .set("README.md", readmeOf(name, true));
}

/** A name that no check would let through is refused before anything is written. */
function refuseName(files: ReadonlyMap<string, string | Uint8Array>): void {
  const { manifest } = readManifest(Buffer.from(files.get(MANIFEST_FILE) ?? "").toString());
  const [problem] = manifest === undefined ? [] : checkManifest(manifest, { installed: [] });
  if (problem?.severity === "error") throw refusal(sentence(problem.message), problem.hint);
}

function refusal(say: string, hint: string): NexusError {
  return new NexusError("module_invalid", say, { say, hint });
}

import { fileURLToPath } from "node:url";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Finding } from "#core/contract/validation.ts";
import { stripOwn } from "#sandbox/launch/strip-own.ts";
import { assembleBundle } from "./assemble.ts";
import { findStrayImport } from "./check-imports.ts";
import { takeIn } from "./intake.ts";
import { readFolder } from "./read-folder.ts";

/**
 * Reads the folder of a module of ours: `manifest.json`, `module.ts` and the files beside and below it with their types
 * taken off, or `module.wasm`, its `data/` and its `tests/`. Strangers' modules are inspected instead, in a process made
 * for it: taking types off is work for a parser.
 * @throws NexusError module_invalid with every problem named
 */
export function loadBundle(folder: URL | string): Bundle {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const reading = readFolder(path);
  const intake = takeIn(reading.entries, "own");
  // A checkout may share its files with another by hard links; whoever made it wrote them all.
  const findings = [...reading.findings, ...intake.findings].filter(
    ({ rule, severity }) => severity === "error" && rule !== "bundle.hard-link",
  );
  if (findings.length > 0) throw invalid(path, findings.map(describe));
  const { manifest, sources } = intake;
  if (manifest === undefined) throw invalid(path, ["there is no manifest"]);
  const code = new Map([...sources].map(([file, source]) => [file, stripTypes(path, file, source)]));
  const stray = findStrayImport(code);
  if (stray !== undefined) throw invalid(path, [stray]);
  return assembleBundle({ ...intake, manifest }, code);
}

function describe({ file, line, column, message, hint }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place === "" ? "" : `${place}: `}${message}. ${hint}`;
}

function invalid(path: string, problems: readonly string[], cause?: unknown): NexusError {
  const say = `${path} is not a module that can run:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
  return new NexusError("module_invalid", say, { say, cause });
}

function stripTypes(path: string, file: string, source: string): string {
  try {
    return stripOwn(source);
  } catch (cause) {
    throw invalid(path, [`${file}: ${asNexusError(cause).message}`], cause);
  }
}

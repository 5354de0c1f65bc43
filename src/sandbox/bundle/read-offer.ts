import { fileURLToPath } from "node:url";
import type { BundleEntries } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Finding } from "#core/contract/validation.ts";
import { takeIn } from "./intake.ts";
import { readFolder } from "./read-folder.ts";

/**
 * Reads the folder of a module that is to be offered to others: its exact files, and its manifest. Nothing of it is run.
 * @throws NexusError module_invalid with the first problems named
 */
export function readOffer(folder: URL | string): { readonly manifest: Manifest; readonly entries: BundleEntries } {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const reading = readFolder(path);
  const { manifest, findings } = takeIn(reading.entries);
  // A checkout may share its files with another by hard links; whoever made it wrote them all.
  const wrong = [...reading.findings, ...findings].filter(
    ({ rule, severity }) => severity === "error" && rule !== "bundle.hard-link",
  );
  if (manifest !== undefined && wrong.length === 0) return { manifest, entries: reading.entries };
  const say = `${path} is no module that can be offered: ${wrong.slice(0, MOST_NAMED).map(inWords).join("; ")}.`;
  throw new NexusError("module_invalid", say, { say });
}

const MOST_NAMED = 3;

function inWords({ file, message }: Finding): string {
  return file === undefined ? message : `${file}: ${message}`;
}

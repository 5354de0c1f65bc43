import type { BundleEntries } from "#core/contract/bundle.ts";

/** Texts that differ in more lines than this are shown as replaced: finding the least change costs their square. */
const MAX_EDITS = 2_000;

/**
 * What changed between two bundles, as a unified diff: files that differ, came or went, by path. Empty when none did.
 * @param maxChars what is kept of it at most; left out, nothing is missing
 */
export async function changesBetween(
  before: BundleEntries,
  after: BundleEntries,
  maxChars = Number.POSITIVE_INFINITY,
): Promise<string> {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changes: string[] = [];
  for (const path of paths) {
    const [old, now] = [before.get(path), after.get(path)];
    if (old !== undefined && now !== undefined && Buffer.compare(old, now) === 0) continue;
    changes.push(await changeOf(path, old, now));
  }
  const whole = changes.join("");
  return whole.length <= maxChars ? whole : `${whole.slice(0, maxChars).toWellFormed()}\n(cut)\n`;
}

/** A file's text; undefined for bytes that are no UTF-8. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function changeOf(path: string, old: Uint8Array | undefined, now: Uint8Array | undefined): Promise<string> {
  // Loaded at the first use: a NEXUS that builds nothing does without.
  const { createTwoFilesPatch } = await import("diff");
  const [from, to] = [old === undefined ? "/dev/null" : `a/${path}`, now === undefined ? "/dev/null" : `b/${path}`];
  const [before, after] = [textIn(old ?? NOTHING), textIn(now ?? NOTHING)];
  if (before === undefined || after === undefined) return `--- ${from}\n+++ ${to}\nBytes that are no text differ.\n`;
  const patch = createTwoFilesPatch(from, to, before, after, undefined, undefined, {
    context: 3,
    maxEditLength: MAX_EDITS,
  });
  if (patch !== undefined) return patch.replace(/^=+\n/, "");
  return `--- ${from}\n+++ ${to}\n@@ all of it @@\n${marked("-", before)}${marked("+", after)}`;
}

const NOTHING = new Uint8Array();

function marked(mark: string, text: string): string {
  return text
    .split("\n")
    .map((line) => `${mark}${line}\n`)
    .join("");
}

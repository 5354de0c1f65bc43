import { createTwoFilesPatch } from "diff";
import type { BundleEntries } from "#core/contract/bundle.ts";

/** Texts that differ in more lines than this are shown as replaced: finding the least change costs their square. */
const MAX_EDITS = 2_000;
/** What is kept of one change; characters. */
const MAX_CHARS = 200_000;

/** What changed between two bundles, as a unified diff; empty when nothing did. */
export function diffEntries(before: BundleEntries, after: BundleEntries): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const patches = paths.flatMap((path) => {
    const [from, to] = [textOf(before, path), textOf(after, path)];
    return from === to ? [] : [patchOf(path, from, to)];
  });
  const whole = patches.join("");
  return whole.length <= MAX_CHARS ? whole : `${whole.slice(0, MAX_CHARS).toWellFormed()}\n(cut)\n`;
}

function patchOf(path: string, from: string | undefined, to: string | undefined): string {
  const [left, right] = [from === undefined ? "/dev/null" : `a/${path}`, to === undefined ? "/dev/null" : `b/${path}`];
  const patch = createTwoFilesPatch(left, right, from ?? "", to ?? "", undefined, undefined, {
    context: 3,
    maxEditLength: MAX_EDITS,
  });
  if (patch !== undefined) return patch.replace(/^=+\n/, "");
  const lines = (mark: string, text = ""): string =>
    text
      .split("\n")
      .map((line) => `${mark}${line}\n`)
      .join("");
  return `--- ${left}\n+++ ${right}\n@@ all of it @@\n${lines("-", from)}${lines("+", to)}`;
}

function textOf(entries: BundleEntries, path: string): string | undefined {
  const bytes = entries.get(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

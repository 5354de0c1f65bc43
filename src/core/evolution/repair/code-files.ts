import type { BundleEntries } from "#core/contract/bundle.ts";

/** The files of a bundle that a repair may change: its code. Never what it declares, nor what it is tested with. */
export function codeFilesOf(entries: BundleEntries): ReadonlyMap<string, string> {
  const code = [...entries].filter(([path]) => path.endsWith(".ts") && !path.startsWith("tests/"));
  return new Map(code.map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
}

/** The bundle with some of its code files another, and nothing else. A path that is no code file of it is passed over. */
export function withCode(
  entries: BundleEntries,
  files: readonly { readonly path: string; readonly text: string }[],
): BundleEntries {
  const code = codeFilesOf(entries);
  const changed = files.filter(({ path }) => code.has(path));
  return new Map([...entries, ...changed.map(({ path, text }) => [path, new TextEncoder().encode(text)] as const)]);
}

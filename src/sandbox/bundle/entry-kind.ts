import { MANIFEST_FILE, WASM_ENTRY } from "#core/contract/bundle.ts";

/** What a file of a bundle is for. */
export type EntryKind = "manifest" | "source" | "wasm" | "data" | "tests" | "readme";

/** The kind of an entry by its plain name, or why no bundle holds such a file. */
export function kindOf(path: string): { readonly kind: EntryKind } | { readonly refused: string } {
  const never = NOWHERE.find(([pattern]) => pattern.test(path));
  if (never !== undefined) return { refused: never[1] };
  if (path === MANIFEST_FILE) return { kind: "manifest" };
  if (path === WASM_ENTRY) return { kind: "wasm" };
  if (path === "README.md") return { kind: "readme" };
  if (path.startsWith("data/")) return { kind: "data" };
  if (/^tests\/[^/]+\.json$/.test(path)) return { kind: "tests" };
  if (path.endsWith(".test.ts"))
    return { refused: "is a program that tests: a bundle's tests are data, in tests/*.json" };
  if (path.endsWith(".d.ts")) return { refused: "only declares types: write them into the file that uses them" };
  if (path.endsWith(".ts") && !/^(?:tests|fixtures)\//.test(path)) return { kind: "source" };
  return { refused: "is none of the files a bundle is made of" };
}

/** What is refused wherever it stands, and named for what it is. */
const NOWHERE: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)node_modules(?:\/|$)/, "is somebody else's code: a module brings no packages"],
  [
    /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(?:lock|workspace)\.yaml|bun\.lockb?)$/,
    "is for a package manager: a module installs nothing",
  ],
  [/(?:^|\/)[jt]sconfig[^/]*\.json$/, "is for a compiler: a module's code runs as it is written"],
  [/\.(?:node|so|dylib|dll|exe|o|a)$/, "is native code"],
  [/\.(?:zip|nexus-module|tar|tgz|gz|bz2|xz|zst|7z|rar|jar)$/, "is an archive: a bundle holds no other"],
];

import { capabilityFields, manifestFields } from "./sample-manifest.ts";

/** The manifest of a module that does one thing and reaches nothing. */
export const SOUND_MANIFEST = manifestFields({
  capabilities: [capabilityFields({ name: "look" })],
  limits: { timeoutMs: 1_000, memoryMib: 16, fetches: 0, outputChars: 1_000, fileBytes: 0 },
});

export const SOUND_CODE = `import type { ModuleOutput } from "#core/contract/module.ts";

export async function look(): Promise<ModuleOutput> {
  return { summary: "I looked." };
}
`;

export const SOUND_TESTS = [{ name: "a look is answered", capability: "look", expect: { summary: ["looked"] } }];

/** The entries of a bundle that nothing is wrong with, and what is put into it or, with undefined, left out. */
export function bundleEntries(
  changes: Readonly<Record<string, string | Uint8Array | undefined>> = {},
): Map<string, Uint8Array> {
  const files: Record<string, string | Uint8Array | undefined> = {
    "manifest.json": JSON.stringify(SOUND_MANIFEST, undefined, 2),
    "module.ts": SOUND_CODE,
    "tests/look.json": JSON.stringify(SOUND_TESTS, undefined, 2),
    ...changes,
  };
  const entries = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(files)) {
    if (content !== undefined)
      entries.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  }
  return entries;
}

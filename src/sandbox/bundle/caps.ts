/** How large a bundle and its parts may be. Sizes are bytes. */
export const CAPS = {
  /** Of a stranger's: what one person can still look through before they approve it. */
  files: 32,
  /** Of one that came with this release. */
  ownFiles: 64,
  /** Folders below each other, the file not counted. */
  depth: 2,
  nameChars: 64,
  pathChars: 200,
  manifest: 131_072,
  source: 262_144,
  /** All sources together. */
  code: 524_288,
  /** All of `data/` together. */
  data: 524_288,
  wasm: 1_048_576,
  testFile: 262_144,
  readme: 65_536,
  tests: 200,
} as const;

/** What the whole of a bundle can come to; bytes. */
export const MAX_BUNDLE_BYTES =
  CAPS.manifest + CAPS.code + CAPS.data + CAPS.wasm + CAPS.readme + CAPS.ownFiles * CAPS.testFile;

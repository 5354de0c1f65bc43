/** Servers behind proxies decode twice; nobody honest encodes more often than this. */
const MAX_ROUNDS = 4;

/**
 * What may not come out of an escape: a slash, a dot, a backslash, a control character, or the first byte of the overlong
 * UTF-8 that old decoders take for one of them.
 */
// oxlint-disable-next-line no-control-regex
const HIDDEN = /[/.\\\u0000-\u001f\u007f\u00c0\u00c1]/g;

/** Whether a path means one thing to us and another to a server that decodes it once more, or more freely. */
export function isDisguised(path: string): boolean {
  // An escape that is none: `%u002e` is a dot to some.
  if (/%(?![0-9a-f]{2})/i.test(path)) return true;
  const open = count(path);
  let decoded = path;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = decoded;
    decoded = before.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (count(decoded) > open) return true;
    // Some servers drop a segment's parameters before they resolve it: `/v1/..;/admin`.
    if (decoded === before) return /\/\.{1,2};/.test(decoded);
  }
  return true;
}

function count(text: string): number {
  return text.match(HIDDEN)?.length ?? 0;
}

import type { PackBundle } from "#core/backup/org-modules.ts";
import { unpackEntries } from "#core/evolution/installer/entry-bytes.ts";
import { packBundle } from "#sandbox/bundle/pack.ts";

/** One file of a bundle as it is kept. */
export const packKept: PackBundle = ({ entries }) => packBundle(unpackEntries(entries));

import { MANIFEST_FILE } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";

/** Files of a draft that people may put in place. What they say is checked with everything else. */
const EDITABLE =
  /^(?:manifest\.json|README\.md|module\.ts|[a-z0-9][\w-]{0,60}\.ts|tests\/[\w-]{1,60}\.json|data\/[\w./-]{1,80})$/;
/** As large as the sandbox takes a file to be. */
const MOST_BYTES = 262_144;

/**
 * Holds a file to what a module may consist of.
 * @throws NexusError request_invalid | file_too_large
 */
export function requireFile({ path, text }: { readonly path: string; readonly text: string }): void {
  if (!EDITABLE.test(path) || path.split("/").includes("..")) {
    throw new NexusError("request_invalid", `no file of a draft: ${path.slice(0, 100)}`, {
      say: "That is no file of a module.",
      hint: `Name it ${MANIFEST_FILE}, module.ts, README.md or tests/<name>.json.`,
    });
  }
  if (Buffer.byteLength(text) > MOST_BYTES) throw new NexusError("file_too_large", `${path} is too large for a draft`);
}

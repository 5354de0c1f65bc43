import { NexusError } from "#core/contract/errors.ts";

/**
 * The oldest Node that may run NEXUS; older ones have faults in V8 that strange code could use. `engines` in
 * package.json says the same, and so does scripts/bootstrap.mjs of its major.
 */
export const NODE_FLOOR = "24.11.0";

/** Refuses to run on a Node that is too old. @throws NexusError node_too_old */
export function requireNode(version: string): void {
  if (!isOlder(version, NODE_FLOOR)) return;
  throw new NexusError("node_too_old", `Node ${version} is older than ${NODE_FLOOR}`, {
    say: `NEXUS needs Node ${NODE_FLOOR} or newer, and this is ${version}.`,
  });
}

/** Whether one version of Node comes before another. A pre-release counts as its release. */
export function isOlder(version: string, than: string): boolean {
  const [given, wanted] = [version, than].map((text) =>
    text
      .replace(/[^\d.].*$/, "")
      .split(".")
      .map(Number),
  );
  for (const at of [0, 1, 2]) {
    const difference = (given?.[at] ?? 0) - (wanted?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

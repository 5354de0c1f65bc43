import type { Log } from "#core/contract/ports.ts";
import type { Fence } from "#core/contract/validation.ts";

/** Says once, at the start, what stands around modules here, and what of it an operator has to see to. */
export function logFences(fences: readonly Fence[], missing: readonly Fence[], log: Log): void {
  const namesOf = (some: readonly Fence[]): string[] => some.map(({ name }) => name);
  const [up, down] = [fences.filter((fence) => fence.up), fences.filter((fence) => !fence.up)];
  // One cause can take several down, and all of them when a runner service is away.
  const notes = Map.groupBy(fences, ({ why }) => why)
    .entries()
    .flatMap(([why, some]) => (why === undefined ? [] : [`${namesOf(some).join(", ")}: ${why}`]));
  log.info({ up: namesOf(up), down: namesOf(down), notes: [...notes] }, "the sandbox's fences");
  if (missing.length === 0) return;
  log.warn({ missing: namesOf(missing) }, "installed modules do not run here: the sandbox lacks fences");
}

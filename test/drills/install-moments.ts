import type { InstallScene } from "./install-scenes.ts";

/** When to die: before a write to the disk, or a time after the press; and before what the service after it dies. */
export type Moment = (
  | { readonly step: string; readonly afterMs?: undefined }
  | { readonly afterMs: number; readonly step?: undefined }
) & { readonly again?: string };

/** How many moments are tried beside the transaction that does the deed. */
export interface MomentsWanted {
  /** Of the writes. */
  readonly kills: "all" | number;
  /** Writes before and after that transaction. */
  readonly others: "all" | number;
  /** Times after the press, whatever is being done then. */
  readonly timed: number;
  /** Deaths of the service that finishes what another one began. */
  readonly twice: number;
}

/** The moments to die at in a deed, evenly spread where not all of a kind are wanted. */
export function momentsOf(scene: InstallScene, { kills, others, timed, twice }: MomentsWanted): readonly Moment[] {
  const deciding = decidingSteps(scene);
  const inside = new Set(deciding);
  // Elsewhere the disk is the same before a begin, a savepoint or a release as before the write beside it.
  const rest = scene.steps
    .filter(({ step, text }) => !inside.has(step) && !/^(?:begin|savepoint|release)\b/.test(text))
    .map(({ step }) => step);
  const writes = [...deciding, ...spread(rest, others === "all" ? rest.length : others)];
  const commit = deciding.at(-2) ?? "";
  return [
    ...spread(writes, kills === "all" ? writes.length : kills).map((step) => ({ step })),
    // From the press to a while after the answer.
    ...Array.from({ length: timed }, (_, index) => ({
      afterMs: Math.round(((index + 0.5) * (scene.tookMs + AROUND_MS)) / timed),
    })),
    // Both sides of the deciding commit, by turns: the next service does the deed, or finds it done.
    ...spread(scene.steps, twice).map(({ step }, index) => ({
      step: index % 2 === 0 ? commit : (deciding.at(-1) ?? ""),
      again: step,
    })),
  ];
}

/** The writes of the transaction that does a deed, its bounds included, and the one after its end. */
export function decidingSteps({ steps }: InstallScene): readonly string[] {
  const moving = steps.findIndex(({ text }) => text.includes("module_activations"));
  const begin = steps.findLastIndex(({ text }, index) => index < moving && text.startsWith("begin"));
  const commit = steps.findIndex(({ text }, index) => index > moving && text === "commit");
  return steps.slice(begin, commit + 2).map(({ step }) => step);
}

const AROUND_MS = 1_000;

function spread<T>(values: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, values.length / Math.max(1, count));
  return values.filter((_, index) => count > 0 && Math.floor(index / step) !== Math.floor((index - 1) / step));
}

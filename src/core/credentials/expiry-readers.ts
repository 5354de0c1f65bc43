import type { CredentialNotice } from "#core/store/credential-notices.ts";
import type { ExpiryStage } from "./expiry-stage.ts";

/** What decides whether somebody is told of a credential's end. */
export interface ToldSoFar {
  readonly stage: ExpiryStage;
  /** What the people of this connection were told, the oldest first. */
  readonly earlier: readonly Pick<CredentialNotice, "reader" | "day" | "stage" | "toldAs" | "answer">[];
  readonly reader: string;
  /** Today, by the reader's clocks: `YYYY-MM-DD`. */
  readonly today: string;
}

/**
 * Whether whoever looks after a credential is told today: once for each stage, once more on the day after when nothing
 * was done, and as often as they ask for it again. Never twice on one day.
 */
export function isKeeperDue({ stage, earlier, reader, today }: ToldSoFar): boolean {
  const own = earlier.filter((one) => one.reader === reader);
  if (own.some(({ day }) => day >= today)) return false;
  const last = own.at(-1);
  if (last?.stage !== stage || last.toldAs !== "keeper" || last.answer === "later") return true;
  return last.answer === undefined && own.filter((one) => one.stage === stage && one.answer === undefined).length === 1;
}

/**
 * Whether an admin is told today: when whoever looks after it was told on an earlier day and did nothing. Of one stage
 * an admin is told once.
 * @param keeper who looks after it, and their day of today
 */
export function isAdminDue(
  { earlier, reader, today }: Omit<ToldSoFar, "stage">,
  keeper: { readonly reader: string; readonly today: string },
): boolean {
  if (earlier.some((one) => one.reader === reader && one.day >= today)) return false;
  const ignored = earlier.findLastIndex(
    (one) =>
      one.reader === keeper.reader && one.toldAs === "keeper" && one.day < keeper.today && one.answer === undefined,
  );
  if (ignored < 0 || earlier.slice(ignored + 1).some(({ toldAs }) => toldAs === "admin")) return false;
  return earlier.findLast(({ toldAs }) => toldAs === "admin")?.stage !== earlier[ignored]?.stage;
}

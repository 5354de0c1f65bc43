import type { Effect } from "#core/contract/manifest.ts";
import { wordsOf } from "./names.ts";

/** What a request is called by whoever described it. */
export interface Called {
  readonly method: string;
  readonly path: string;
  readonly id?: string | undefined;
  readonly summary?: string | undefined;
}

/**
 * What a request may change: by its method, and where that changes something, by its words. A wrong guess asks one
 * person too many, so nothing but GET is read, however much a POST is called a search: its words are a stranger's.
 */
export function effectOf({ method, path, id = "", summary = "" }: Called): Effect {
  const last = path.split("/").findLast((segment) => segment !== "" && !segment.includes("{")) ?? "";
  const verbs = [wordsOf(id)[0], wordsOf(last)[0]].filter((word) => word !== undefined);
  if (method === "GET" && !verbs.some((verb) => CHANGES.has(verb))) return "read";
  const words = method === "GET" ? verbs : [path, id, summary.slice(0, 200)].flatMap(wordsOf);
  if (words.some((word) => MONEY.has(word))) return "money";
  return method !== "DELETE" && words.some((word) => NOTIFY.has(word)) ? "notify" : "write";
}

const setOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** A GET that says it does one of these is not believed to only read. */
const CHANGES = setOf(`add approve cancel clear create delete destroy disable drop enable insert pay purge refund remove
  reset restart send set start stop transfer trigger unsubscribe update upload withdraw`);
const MONEY = setOf(`pay pays payment payments charge charges refund refunds transfer transfers payout payouts withdraw
  withdrawal withdrawals deposit deposits purchase purchases checkout donate donation donations disburse disbursement
  disbursements remit remittance remittances topup`);
const NOTIFY = setOf(`send sends notify notification notifications message messages messaging email emails mail sms
  invite invites invitation invitations broadcast alert alerts tweet`);

import type { Received } from "#core/contract/door.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Store } from "#core/store/store.ts";
import { noticeInbound } from "./due-inbound.ts";

/** How many calendars are asked for at one look. */
const MOST_ASKED = 20;
/** A turn that was to read one and never came to an end is not waited for longer; ms. */
const ASKED_AGAIN_MS = 60 * 60_000;

/**
 * Has the calendars of holidays read that are due: each by a turn of its person, for whichever of their schedules names
 * it. One that no schedule names any more is forgotten.
 */
export async function askCalendars(
  { store, receive }: { readonly store: Pick<Store, "dueCalendars" | "forOrg">; readonly receive: Receive },
  now: Date,
): Promise<void> {
  for (const { org, person, address, nextAt } of await store.dueCalendars.find(now, MOST_ASKED)) {
    const { schedules, holidayCalendars } = store.forOrg(org);
    const theirs = await schedules.ofPerson(person);
    const one = theirs.find(({ plan: { rule } }) => rule.skipHolidays && rule.calendar === address);
    if (one === undefined) {
      await holidayCalendars.drop(person, address);
      continue;
    }
    // Named by when it was due, so that of two processes one asks.
    await receive(org, noticeInbound(one, { why: "holidays", slot: String(nextAt.getTime()) }, now));
    await holidayCalendars.putOff(person, address, new Date(now.getTime() + ASKED_AGAIN_MS));
  }
}

type Receive = (org: OrgId, inbound: Inbound) => Promise<Received>;

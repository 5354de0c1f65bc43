import { noticeInbound } from "#core/clock/due-inbound.ts";
import type { MailDesk } from "#core/auth/mail-desk.ts";
import { OrgId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { Store } from "#core/store/store.ts";

/** Ends the mails to an address, for whoever holds the link of one of them. */
export interface MailEnd {
  /** What stands in the link of a mail to this place. */
  tokenFor(place: Conversation): string;
  /** Which address a link is for; undefined for one that is not ours. */
  look(token: string): string | undefined;
  /** @returns the address that nothing is mailed to any more; undefined for a link that is not ours */
  end(token: string): Promise<string | undefined>;
}

export interface MailEndDeps {
  readonly store: Pick<Store, "transaction">;
  readonly mail: MailDesk;
  readonly clock: Clock;
  /** Something waits in the inbox. */
  readonly wake: () => Promise<void>;
}

/** Makes what ends mails. Whoever set up what went there is told once. */
export function createMailEnd({ store, mail, clock, wake }: MailEndDeps): MailEnd {
  return {
    tokenFor: ({ tenantId, channelId }) => mail.endToken(OrgId.parse(tenantId), channelId),
    look: (token) => mail.readEnd(token)?.address,
    async end(token) {
      const found = mail.readEnd(token);
      if (found === undefined) return undefined;
      const { org, address } = found;
      await store.transaction(async (inside) => {
        const { mailAddresses, schedules } = inside.forOrg(org);
        const concerned = (await schedules.all()).filter(
          ({ state, plan: { also } }) =>
            state !== "ended" && also.some(({ platform, channelId }) => platform === "email" && channelId === address),
        );
        await mailAddresses.end(
          address,
          concerned.map(({ person }) => person),
        );
        for (const schedule of concerned) {
          await inside.queue.put(org, noticeInbound(schedule, { why: "mail_ended", slot: address }, clock()), clock());
        }
      });
      await wake();
      return address;
    },
  };
}

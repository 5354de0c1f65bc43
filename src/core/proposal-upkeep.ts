import type { OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Roles } from "#core/auth/roles.ts";
import type { Curriculum } from "#core/evolution/curriculum/curriculum.ts";
import type { Store } from "#core/store/store.ts";
import { proposalPlaces } from "./orchestrator/growth/proposal-places.ts";

export interface ProposalUpkeepDeps {
  readonly store: Store;
  readonly roles: Roles;
  readonly curriculum: Pick<Curriculum, "look">;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the work that looks at what people need, and puts what is proposed to those who decide, each once. */
export function createProposalUpkeep(deps: ProposalUpkeepDeps): { look(signal: AbortSignal): Promise<void> } {
  const { store, curriculum, receive, clock, log } = deps;
  let restUntilMs = 0;
  return {
    async look(signal) {
      const startedAtMs = performance.now();
      if (startedAtMs >= restUntilMs) {
        await curriculum.look(signal);
        restUntilMs = startedAtMs + (performance.now() - startedAtMs) * REST;
      }
      for (const { org, id, proposedAt } of await store.dueProposals.find(AT_ONCE)) {
        const [place] = await proposalPlaces(deps, org);
        // `proposals` shows it to whoever asks.
        if (place === undefined) log.info({ org, proposal: id }, "no operator could be shown a proposal");
        else {
          await receive(org, {
            kind: "due",
            what: "proposal",
            id,
            // Put to people again, it comes again.
            dedupeKeys: [`proposal:${id}:${proposedAt.getTime()}`],
            sentAtMs: clock().getTime(),
            ...place,
          });
        }
        await store.dueProposals.handed(id, proposedAt);
      }
    },
  };
}

const AT_ONCE = 50;
/** After a look so many times as long passes before the next: at most a twentieth of the time is spent on it. */
const REST = 20;

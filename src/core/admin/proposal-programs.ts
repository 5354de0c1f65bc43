import { NexusError } from "#core/contract/errors.ts";
import type { ProposalId } from "#core/contract/ids.ts";
import type { Principal } from "#core/contract/principal.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import type { ProposalResource } from "#core/contract/programs/proposal.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { Curriculum, Proposal } from "#core/evolution/curriculum/curriculum.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { askTurn } from "./ask-turn.ts";

type ProposalPrograms = Pick<Programs, "listProposals" | "getProposal" | "decideProposal">;

/** What programs do with proposals: read the numbers behind them, and decide. */
export function createProposalPrograms(
  deps: AdminDeps & { readonly curriculum: Pick<Curriculum, "all" | "get"> },
): ProposalPrograms {
  const { curriculum, authorise } = deps;
  const read = async ({ org }: Principal, id: ProposalId): Promise<ProposalResource> => {
    const proposal = await curriculum.get(org, id);
    if (proposal === undefined) throw new NexusError("proposal_unknown", `no proposal ${id} in this org`);
    return toResource(proposal);
  };
  return {
    async listProposals(principal, query) {
      await authorise(principal, "proposal.read");
      return pageOf((await curriculum.all(principal.org)).map(toResource), ({ id }) => id, query);
    },
    async getProposal(principal, { id }) {
      await authorise(principal, "proposal.read", { kind: "proposal", id });
      return read(principal, id);
    },
    async decideProposal(principal, { id, as, from, once }, signal) {
      await authorise(principal, "proposal.decide", { kind: "proposal", id });
      if (as === "build") await authorise(principal, "module.build", { kind: "proposal", id });
      await read(principal, id);
      const wish = { do: "decide_proposal", proposal: id, as, ...(from !== undefined && { from }) } as const;
      const request = await askTurn(deps, principal, wish, once, signal);
      if (request.state === "pending") return { state: "pending", request };
      const { build, said = "Nothing was changed." } = request;
      const result = await read(principal, id);
      // It was decided otherwise before, or cannot be built yet: the turn has said why.
      if (as === "build" ? build === undefined : result.state !== as) {
        throw new NexusError("conflict", `proposal ${id} is ${result.state}`, { say: said, hint: HINT });
      }
      return { state: "done", result: { ...result, ...(build && { build }) } };
    },
  };
}

const HINT =
  'GET /v1/proposals/{id} says how it stands. To have one built that does not know its API, send {"from": "https://…"} with the address of the API\'s document.';

function toResource({
  id,
  code,
  label,
  askers,
  days,
  asks,
  remedy,
  state,
  createdAt,
  decided,
}: Proposal): ProposalResource {
  return {
    id,
    code,
    label,
    askers,
    days,
    asks,
    remedy: { kind: remedy.kind, ...("title" in remedy && { title: remedy.title }) },
    state,
    createdAt: createdAt.toISOString(),
    ...(decided?.by && { decidedBy: decided.by }),
  };
}

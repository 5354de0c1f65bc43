import { PageQuery } from "#core/contract/programs/page.ts";
import { ProposalBuildBody, ProposalParams, ProposalResource } from "#core/contract/programs/proposal.ts";
import type { Programs } from "#core/contract/programs.ts";
import { principalOf } from "#api/guard.ts";
import { about, type Api, ONCE_HEADERS, onceOf, pageSchema, settle, signalOf, toPage, Waiting } from "./route.ts";

const DEEDS = [
  ["not-now", "not_now", "Put a proposal off"],
  ["never", "never", "Turn a proposal down for good"],
] as const;

/** Adds what programs do with proposed modules. */
export function proposalRoutes(api: Api, programs: Programs): void {
  api.get(
    "/proposals",
    about("listProposals", "Modules that people seem to need", {
      querystring: PageQuery,
      response: { 200: pageSchema(ProposalResource) },
    }),
    async (request, reply) => toPage(request, reply, await programs.listProposals(principalOf(request), request.query)),
  );
  api.get(
    "/proposals/:id",
    about("getProposal", "One of them", { params: ProposalParams, response: { 200: ProposalResource } }),
    (request) => programs.getProposal(principalOf(request), request.params),
  );
  const schema = { params: ProposalParams, headers: ONCE_HEADERS, response: { 200: ProposalResource, 202: Waiting } };
  api.post(
    "/proposals/:id/build",
    about(
      "decideProposal",
      "Have what is proposed built",
      { ...schema, body: ProposalBuildBody.nullish() },
      "buildProposal",
    ),
    async (request, reply) => {
      const wish = { ...request.params, ...request.body, as: "build", once: onceOf(request) } as const;
      const { status, body } = settle(
        reply,
        await programs.decideProposal(principalOf(request), wish, signalOf(reply)),
      );
      return reply.code(status).send(body);
    },
  );
  for (const [word, as, summary] of DEEDS) {
    api.post(
      `/proposals/:id/${word}`,
      about("decideProposal", summary, schema, `${as}Proposal`),
      async (request, reply) => {
        const wish = { ...request.params, as, once: onceOf(request) };
        const asked = await programs.decideProposal(principalOf(request), wish, signalOf(reply));
        const { status, body } = settle(reply, asked);
        return reply.code(status).send(body);
      },
    );
  }
}

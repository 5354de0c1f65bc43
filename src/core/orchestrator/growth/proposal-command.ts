import { NexusError } from "#core/contract/errors.ts";
import { readCode } from "#core/contract/short-code.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import type { Proposal } from "#core/evolution/curriculum/curriculum.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { askedBy, proposalButtons, standingOf } from "./proposal-card.ts";
import { decideOn, type ProposalDeed } from "./proposal-press.ts";

/** What can be typed about proposed modules. */
export type ProposalCommand =
  | { readonly name: "proposals" }
  | {
      readonly name: "proposal";
      readonly do: ProposalDeed;
      readonly code: string;
      /** The address of the document to build from. */
      readonly from?: string;
    };

const LIST =
  /^(?:(?:list |show )?(?:me )?(?:the |all |open )?proposals|what (?:do|would) you propose|(?:which|what) modules (?:are|do you) proposed?)$/i;
const BUILD = /^build (?:the )?proposal #?([a-z0-9]{4})(?: (?:from|with|for) (https:\/\/\S{4,1900}))?$/i;
const PUT_OFF = /^(?:proposal #?([a-z0-9]{4})[ :,]*not now|not now,? proposal #?([a-z0-9]{4}))$/i;
const NEVER = /^(?:proposal #?([a-z0-9]{4})[ :,]*never|never,? proposal #?([a-z0-9]{4}))$/i;
const SHOW = /^(?:show |details (?:of )?)?(?:the )?proposal #?([a-z0-9]{4})(?: details)?$/i;

/** @param words a text without its closing marks, its letters as they were typed */
export function readProposalCommand(words: string): ProposalCommand | undefined {
  if (LIST.test(words)) return { name: "proposals" };
  const [, built, from] = BUILD.exec(words) ?? [];
  const build = codeIn(built);
  if (build !== undefined) return { name: "proposal", do: "build", code: build, ...(from !== undefined && { from }) };
  for (const [pattern, does] of [
    [PUT_OFF, "not_now"],
    [NEVER, "never"],
    [SHOW, "details"],
  ] as const) {
    const [, one, other] = pattern.exec(words) ?? [];
    const code = codeIn(one ?? other);
    if (code !== undefined) return { name: "proposal", do: does, code };
  }
  return undefined;
}

function codeIn(letters: string | undefined): string | undefined {
  return letters === undefined ? undefined : readCode(letters);
}

/** Shows what is proposed, or decides on it, as its buttons do. */
export async function onProposalCommand(
  deps: OrchestratorDeps,
  scene: Scene,
  command: ProposalCommand,
): Promise<Outcome> {
  await requirePermission(deps, scene, "proposal.read");
  const { org } = scene.turn;
  if (command.name === "proposals") return { replies: [list(scene, await deps.curriculum.all(org))] };
  const proposal = await deps.curriculum.byCode(org, command.code);
  if (proposal === undefined) throw new NexusError("proposal_unknown", `no proposal ${command.code} in this org`);
  const { from } = command;
  return decideOn(deps, scene, proposal, command.do, from === undefined ? undefined : { kind: "url", url: from });
}

const MOST_LISTED = 20;
/** A row of buttons for more than one would not say which is meant. */
const ONE = 1;

function list({ composer }: Scene, proposals: readonly Proposal[]): Reply {
  const open = proposals.filter(({ state }) => state === "open");
  const [only] = open;
  const rows = [...open, ...proposals.filter(({ state }) => state !== "open")]
    .slice(0, MOST_LISTED)
    .map((one) => [one.code, inert(one.label), askedBy(one), standingOf(one, undefined)]);
  if (rows.length === 0) {
    return say("Nothing is proposed. When several people ask in vain for the same, I propose a module for it.");
  }
  const summary =
    open.length === 1 ? "One proposal waits for a decision." : `${open.length} proposals wait for a decision.`;
  const columns = ["Code", "What", "Who", "Now"].map((header) => ({ header }));
  const how: Part = { type: "context", markdown: "`proposal CODE` shows one, and what is behind it." };
  const actions = only !== undefined && open.length === ONE ? proposalButtons(composer, only) : [];
  return say(summary, actions, [{ type: "table", caption: "Proposals", columns, rows }, how]);
}

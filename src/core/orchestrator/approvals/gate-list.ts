import type { Gate } from "#core/approval/approval.ts";
import { isExcluded } from "#core/approval/judge.ts";
import { includesRole } from "#core/contract/gate.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { buttons, say } from "#core/orchestrator/compose.ts";
import { gateButtons, progress } from "./gate-card.ts";
import { termsOf, underTerms } from "./gate-terms.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** What waits for a decision here: what this person may decide with buttons, the rest in a line. */
export async function gateList(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  const { org } = scene.turn;
  const waiting = await deps.approval.waiting(org);
  if (waiting.length === 0) return say("No request waits for a decision.");
  const mine = await decidable(deps, org, scene.person);
  const rest = waiting.filter(({ id }) => !mine.some((gate) => gate.id === id));
  const summary = `${waiting.length} ${waiting.length === 1 ? "request waits" : "requests wait"} for a decision.`;
  const lines = rest.map((gate) => `\`${gate.code}\` ${gate.title}: ${progress(gate)}`);
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      ...gateParts(deps, mine, scene.conversation),
      ...(lines.length === 0 ? [] : [{ type: "text", markdown: lines.join("\n\n") } as const]),
    ],
    visibility: scene.conversation.audience === "just_me" ? "everyone" : "only_actor",
  };
}

/** The open requests that a person may decide on now. */
export async function decidable(
  deps: Pick<OrchestratorDeps, "approval" | "roles" | "store">,
  org: OrgId,
  person: PersonId,
): Promise<readonly Gate[]> {
  const role = await deps.roles.roleOf(org, person);
  const theirs: Gate[] = [];
  for (const gate of await deps.approval.waiting(org)) {
    const isOwn = isExcluded(gate, person, await termsOf(deps, org, gate));
    if (includesRole(role, gate.policy.role) && !isOwn) theirs.push(await underTerms(deps, org, gate));
  }
  return theirs;
}

/** Requests with their buttons, the oldest first; of many, the rest is counted. */
export function gateParts(deps: Pick<OrchestratorDeps, "tokens">, gates: readonly Gate[], place: Conversation): Part[] {
  const shown = gates.slice(0, MOST_SHOWN).flatMap((gate): Part[] => {
    const asked = `Asked by ${inert(gate.authorActor.displayName)} · \`${gate.code}\` · ${progress(gate)}`;
    return [
      { type: "text", markdown: `**${gate.title}**` },
      { type: "context", markdown: asked },
      ...buttons(gateButtons(deps.tokens, gate, place)),
    ];
  });
  const more = gates.length - MOST_SHOWN;
  return more > 0 ? [...shown, { type: "context", markdown: `And ${more} more, once these are decided.` }] : shown;
}

const MOST_SHOWN = 5;

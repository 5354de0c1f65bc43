import type { Gate } from "#core/approval/approval.ts";
import { isExcluded } from "#core/approval/judge.ts";
import { includesRole } from "#core/contract/gate.ts";
import { NexusError } from "#core/contract/errors.ts";
import { whoMay } from "#core/contract/permission.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { buttons } from "#core/orchestrator/compose.ts";
import { Facts, gateButtons, outcomeOf, progress } from "./gate-card.ts";
import { Subject } from "./gate-subject.ts";
import { isUnread, ruleLines, termsOf, underTerms } from "./gate-terms.ts";
import { readingOf } from "#core/orchestrator/growth/install-reading.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** Exactly what would be done, for the eyes of whoever asks: the values, the module, its bytes and its source. */
export async function gateDetails(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<Reply> {
  const facts = Facts.parse(gate.facts);
  const { isPrivate } = facts;
  const shown = await underTerms(deps, scene.turn.org, gate);
  const role = await deps.roles.roleOf(scene.turn.org, scene.person);
  if (isPrivate && gate.author !== scene.person && !includesRole(role, gate.policy.role)) {
    throw new NexusError("not_allowed", "the values of a private request", {
      say: `Only ${whoMay(gate.policy.role)} can see the values of this one.`,
      right: "gate.decide",
    });
  }
  const subject = Subject.parse(gate.subject);
  const asked = `${inert(gate.authorActor.displayName)}, request ${gate.code}`;
  const items = [
    ...(subject.kind === "quota" ? [] : [{ label: "Module", value: `${subject.module} ${subject.version}` }]),
    { label: "Asked by", value: asked },
    { label: "Approvals", value: gate.state === "open" ? progress(shown) : outcomeOf(gate) },
    // Whoever decides may not see the card from here.
    ...(subject.kind === "install" ? facts.items : []),
  ];
  const parts: Part[] = [
    { type: "heading", text: gate.title },
    { type: "fields", items },
    // Shown as code and not as prose, so that nothing in it can hide or be taken for an instruction.
    { type: "code", language: "json", text: JSON.stringify(gate.subject, undefined, 2) },
    {
      type: "context",
      markdown: `${subject.kind === "quota" ? "" : `Module sha256 ${subject.sha256}\n`}Request sha256 ${gate.subjectSha256}`,
    },
    ...(await reading(deps, scene, subject)),
    ...(await ruleLines(deps, scene.turn.org, gate)).map((markdown): Part => ({ type: "context", markdown })),
    ...(gate.state === "open" ? buttons(gateButtons(deps.tokens, gate, scene.conversation).slice(0, -1)) : []),
  ];
  // Where the files sent ahead of the card are nowhere to be seen, whoever may decide has now been sent them.
  const reads = isUnread(gate) && includesRole(role, gate.policy.role) && !(await isOwn(deps, scene, gate));
  return {
    summary: `Details of ${gate.title}`,
    parts,
    visibility: "only_actor",
    ...(reads && { attaches: gate.id }),
  };
}

async function isOwn(deps: OrchestratorDeps, { turn: { org }, person }: Scene, gate: Gate): Promise<boolean> {
  return isExcluded(gate, person, await termsOf(deps, org, gate));
}

/** What there is to read of what would be done. */
async function reading(deps: OrchestratorDeps, scene: Scene, subject: Subject): Promise<Part[]> {
  if (subject.kind === "quota") return [];
  return subject.kind === "install" ? readingOf(deps, scene.turn.org, subject) : source(deps, scene, subject);
}

/** The source that runs, when it is still the one that was asked about. */
function source(
  deps: OrchestratorDeps,
  { turn: { org } }: Scene,
  subject: Exclude<Subject, { kind: "quota" | "install" }>,
): Part[] {
  const current = deps.registry.modules(org).find(({ manifest }) => manifest.name === subject.module);
  if (current?.sha256 !== subject.sha256) {
    return [
      { type: "notice", tone: "warning", text: "The module has changed since: approving this would not run it." },
    ];
  }
  const files = [...deps.registry.source(org, subject.module)].map(([path, text]) => `==> ${path} <==\n${text}`);
  return [
    {
      type: "file",
      name: `${subject.module}-${subject.version}.txt`,
      mimeType: "text/plain",
      text: files.join("\n\n"),
      description: "Its manifest and its code as it is compiled, types taken off",
    },
  ];
}
